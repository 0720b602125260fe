package dev.holdfast;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
 *     empty for none
 * @param lives for modules bound to an id, which life of its record that is: a record that was
 *     erased and made anew belongs to somebody else
 */
record SessionRow(
    String secretHash,
    long seenAt,
    long ttl,
    Map<String, String> bindings,
    Map<String, Long> lives) {

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
    Map<String, String> changed = new HashMap<>(bindings);
    changed.put(module, id == null ? "" : id);
    Map<String, Long> known = new HashMap<>(lives);
    if (id == null || life == 0) {
      known.remove(module);
    } else {
      known.put(module, life);
    }
    return new SessionRow(secretHash, seenAt, ttl, Map.copyOf(changed), Map.copyOf(known));
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

  /** Whether a module is bound as said already. */
  boolean isBound(String module, @Nullable String id) {
    return (id == null ? "" : id).equals(bindings.get(module));
  }

  boolean hasMet(String module) {
    return bindings.containsKey(module);
  }

  @Nullable Instant dueAt() {
    return ttl == 0 ? null : Instant.ofEpochMilli(seenAt + ttl);
  }
}
