package dev.holdfast.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which conversation speaks for a session about a module. Safe for many threads. */
final class Contacts {

  /** What a session has only one conversation about. */
  record Place(String session, String about) {

    /** The form for one target, and, as no module's name has a star, for connections of several. */
    static Place of(String session, Endpoint endpoint) {
      Target target = endpoint.only();
      if (target == null) {
        return new Place(session, "*");
      }
      String module = target.module().name();
      return new Place(session, target.id() == null ? module : module + "/" + target.id());
    }
  }

  private final ConnectionPolicy policy;
  private final Map<Place, Conversation> speakers = new ConcurrentHashMap<>();

  Contacts(ConnectionPolicy policy) {
    this.policy = policy;
  }

  /**
   * Makes a conversation the one that speaks, as the policy says. When this returns, the one before
   * it has been told that it is over.
   *
   * @return whether it may go on
   */
  boolean claim(Place place, Conversation newcomer) {
    return switch (policy) {
      case KICK_OLD -> {
        Conversation old = speakers.put(place, newcomer);
        if (old != null) {
          old.kick();
        }
        yield true;
      }
      case REJECT_NEW -> speakers.putIfAbsent(place, newcomer) == null;
      case ALLOW_MULTIPLE -> true;
    };
  }

  /** Gives the place up, unless another took it. */
  void release(Place place, Conversation speaker) {
    speakers.remove(place, speaker);
  }
}
