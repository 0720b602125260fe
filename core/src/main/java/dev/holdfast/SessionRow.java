package dev.holdfast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a session: how to know its client again, until when, and which key each module is
 * at. It is an internal module's state, so that saving, conflicts and action ids are the same as
 * everybody's.
 *
 * @param secretHash of the token's secret part, in hex; empty for a session that the program named
 * @param seenAt the last "still here", in milliseconds of the epoch
 * @param ttl how long it lives after that, in milliseconds; 0 for ever
 * @param bindings the modules that the session has met, each with the id that its state named, or
 *     empty for none; and, of modules that have an instance for each id, the instances that it met
 *     last, as {@code module/id}, in this order
 * @param lives for modules bound to an id, which life of its record that is: a record that was
 *     erased and made anew belongs to somebody else
 * @param identity who the client is
 * @param asked for modules whose key depends on the identity, which version of it that was
 * @param former the tokens that were replaced a moment ago, the newest last
 */
record SessionRow(
    String secretHash,
    long seenAt,
    long ttl,
    Map<String, String> bindings,
    Map<String, Long> lives,
    Identity identity,
    Map<String, Long> asked,
    List<FormerSecret> former) {

  /** The most instances named by the caller that are remembered as met. */
  static final int MAX_MET = 1_000;

  /** The most tokens that are good at one time beside the newest. */
  private static final int MAX_FORMER = 4;

  static final SessionRow EMPTY =
      new SessionRow("", 0, 0, Map.of(), Map.of(), Identity.NOBODY, Map.of(), List.of());

  static final StateModule<SessionRow> MODULE =
      StateModule.internal("sessions", EMPTY, SessionRow::dueAt)
          .persist(KeyStrategy.byId())
          .build();

  static SessionRow begun(
      String secretHash, Instant now, Duration ttl, @Nullable String principal) {
    return new SessionRow(
        secretHash,
        now.toEpochMilli(),
        ttl.toMillis(),
        Map.of(),
        Map.of(),
        Identity.NOBODY.as(principal),
        Map.of(),
        List.of());
  }

  // Who may use it

  /**
   * Whether a token is this session's, be it one that was replaced a moment ago.
   *
   * @param principal who shows it, if that is known; nobody gets the session of somebody else
   */
  boolean admits(Token shown, Instant now, @Nullable String principal) {
    boolean known =
        shown.matches(secretHash)
            || former.stream().anyMatch(old -> old.admits(shown, now, principal));
    return known && !identity.isOtherThan(principal);
  }

  /**
   * With another token.
   *
   * @param grace how long the old one is good
   * @param only whom it is good for; null for everybody
   */
  SessionRow rotated(String newHash, Instant now, Duration grace, @Nullable String only) {
    if (newHash.equals(secretHash)) {
      return this;
    }
    List<FormerSecret> good = new ArrayList<>();
    if (!grace.isZero()) {
      for (FormerSecret old : former) {
        if (!old.isOver(now)) {
          good.add(only == null ? old : new FormerSecret(old.hash(), old.until(), only));
        }
      }
      good.add(new FormerSecret(secretHash, now.plus(grace).toEpochMilli(), only));
    }
    List<FormerSecret> kept = good.subList(Math.max(0, good.size() - MAX_FORMER), good.size());
    return new SessionRow(
        newHash, seenAt, ttl, bindings, lives, identity, asked, List.copyOf(kept));
  }

  /** The newest token was used: the ones before it are of no more use. */
  SessionRow settled() {
    return former.isEmpty()
        ? this
        : new SessionRow(secretHash, seenAt, ttl, bindings, lives, identity, asked, List.of());
  }

  SessionRow identified(Identity now) {
    return now.equals(identity)
        ? this
        : new SessionRow(secretHash, seenAt, ttl, bindings, lives, now, asked, former);
  }

  // Where it is

  SessionRow seen(Instant now) {
    long seen = Math.max(seenAt, now.toEpochMilli());
    return new SessionRow(secretHash, seen, ttl, bindings, lives, identity, asked, former);
  }

  /**
   * @param life of the id's record, 0 if that is not known
   */
  SessionRow bound(String module, @Nullable String id, long life) {
    return bound(new Row.Bound(module, id, life, Residence.NEVER));
  }

  SessionRow bound(Row.Bound now) {
    Map<String, String> changed = new LinkedHashMap<>(bindings);
    String id = now.id();
    changed.put(now.module(), id == null ? "" : id);
    Map<String, Long> known = new HashMap<>(lives);
    if (id == null || now.life() == 0) {
      known.remove(now.module());
    } else {
      known.put(now.module(), now.life());
    }
    Map<String, Long> answers = new HashMap<>(asked);
    if (now.asked() == Residence.NEVER) {
      answers.remove(now.module());
    } else {
      answers.put(now.module(), now.asked());
    }
    return new SessionRow(
        secretHash,
        seenAt,
        ttl,
        Collections.unmodifiableMap(changed),
        Map.copyOf(known),
        identity,
        Map.copyOf(answers),
        former);
  }

  /**
   * The session has met a module, or one of its instances as {@code module/id}. Where those are too
   * many, the ones that it met first are forgotten.
   */
  SessionRow met(String place) {
    if (hasMet(place)) {
      return this;
    }
    Map<String, String> changed = new LinkedHashMap<>(bindings);
    changed.put(place, "");
    List<String> instances = changed.keySet().stream().filter(SessionRow::isInstance).toList();
    instances.stream().limit(Math.max(0, instances.size() - MAX_MET)).forEach(changed::remove);
    return new SessionRow(
        secretHash,
        seenAt,
        ttl,
        Collections.unmodifiableMap(changed),
        lives,
        identity,
        asked,
        former);
  }

  /** No module's name has a slash. */
  private static boolean isInstance(String place) {
    return place.indexOf('/') >= 0;
  }

  /** The life of the record that a module is bound to, 0 if that is not known. */
  long life(String module) {
    return lives.getOrDefault(module, 0L);
  }

  /** Which version of the identity a module was bound with. */
  long asked(String module) {
    return asked.getOrDefault(module, Residence.NEVER);
  }

  /** The id that the session's state named, or null. */
  @Nullable String binding(String module) {
    String id = bindings.get(module);
    return id == null || id.isEmpty() ? null : id;
  }

  boolean hasMet(String module) {
    return bindings.containsKey(module);
  }

  @Nullable Instant dueAt() {
    return ttl == 0 ? null : Instant.ofEpochMilli(seenAt + ttl);
  }
}
