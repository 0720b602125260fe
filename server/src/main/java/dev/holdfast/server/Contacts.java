package dev.holdfast.server;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which conversation speaks for a session about a module (law N3). Safe for many threads. */
final class Contacts {

  /** What a session has only one conversation about: a module, or one instance of it. */
  record Place(String session, Target about) {}

  private final Policies policies;
  private final Map<Place, Conversation> speakers = new ConcurrentHashMap<>();

  Contacts(Policies policies) {
    this.policies = policies;
  }

  /**
   * Makes a conversation the one that speaks, as the modules' policies say. When this returns,
   * those before it have been told that they are over.
   *
   * @param byCookie whether its session was in a cookie
   * @return the places that it has, to be released; null if it may not go on
   */
  @Nullable List<Place> claim(
      String session, List<Target> about, boolean byCookie, Conversation newcomer) {
    List<Place> held = new ArrayList<>();
    List<Place> taken = new ArrayList<>();
    for (Target target : about) {
      Place place = new Place(session, target);
      switch (policies.of(target.module().name(), byCookie)) {
        case ALLOW_MULTIPLE -> {}
        case KICK_OLD -> taken.add(place);
        case REJECT_NEW -> {
          if (speakers.putIfAbsent(place, newcomer) != null) {
            release(held, newcomer);
            return null;
          }
          held.add(place);
        }
      }
    }
    Set<Conversation> old = new LinkedHashSet<>();
    for (Place place : taken) {
      Conversation before = speakers.put(place, newcomer);
      if (before != null) {
        old.add(before);
      }
      held.add(place);
    }
    old.forEach(Conversation::kick);
    return held;
  }

  /** Gives places up, unless another took them. */
  void release(List<Place> places, Conversation speaker) {
    places.forEach(place -> speakers.remove(place, speaker));
  }
}
