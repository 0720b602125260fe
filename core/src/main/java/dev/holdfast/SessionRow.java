package dev.holdfast;

import java.time.Duration;
import java.time.Instant;
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
 */
record SessionRow(
    String secretHash,
    long seenAt,
    long ttl,
    Map<String, String> bindings,
    Map<String, Long> lives) {

  /** The most instances named by the caller that are remembered as met. */
  static final int MAX_MET = 1_000;

  static final SessionRow EMPTY = new SessionRow("", 0, 0, Map.of(), Map.of());

  static final StateModule<SessionRow> MODULE =
      StateModule.internal("sessions", EMPTY, SessionRow::dueAt)
          .persist(KeyStrategy.byId())
          .build();

  static SessionRow begun(String secretHash, Instant now, Duration ttl) {
    return new SessionRow(secretHash, now.toEpochMilli(), ttl.toMillis(), Map.of(), Map.of());
  }

  SessionRow seen(Instant now) {
    long seen = Math.max(seenAt, now.toEpochMilli());
    return new SessionRow(secretHash, seen, ttl, bindings, lives);
  }

  /**
   * @param life of the id's record, 0 if that is not known
   */
  SessionRow bound(String module, @Nullable String id, long life) {
    Map<String, String> changed = new LinkedHashMap<>(bindings);
    changed.put(module, id == null ? "" : id);
    Map<String, Long> known = new HashMap<>(lives);
    if (id == null || life == 0) {
      known.remove(module);
    } else {
      known.put(module, life);
    }
    return new SessionRow(
        secretHash, seenAt, ttl, Collections.unmodifiableMap(changed), Map.copyOf(known));
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
    return new SessionRow(secretHash, seenAt, ttl, Collections.unmodifiableMap(changed), lives);
  }

  /** No module's name has a slash. */
  private static boolean isInstance(String place) {
    return place.indexOf('/') >= 0;
  }

  /** The life of the record that a module is bound to, 0 if that is not known. */
  long life(String module) {
    return lives.getOrDefault(module, 0L);
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
