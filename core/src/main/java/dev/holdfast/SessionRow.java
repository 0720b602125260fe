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
 */
record SessionRow(String secretHash, long seenAt, long ttl, Map<String, String> bindings) {

  static final SessionRow EMPTY = new SessionRow("", 0, 0, Map.of());

  static final StateModule<SessionRow> MODULE =
      StateModule.internal("sessions", EMPTY, SessionRow::dueAt)
          .persist(KeyStrategy.byId())
          .build();

  static SessionRow begun(String secretHash, Instant now, Duration ttl) {
    return new SessionRow(secretHash, now.toEpochMilli(), ttl.toMillis(), Map.of());
  }

  SessionRow seen(Instant now) {
    return new SessionRow(secretHash, Math.max(seenAt, now.toEpochMilli()), ttl, bindings);
  }

  SessionRow bound(String module, @Nullable String id) {
    Map<String, String> changed = new HashMap<>(bindings);
    changed.put(module, id == null ? "" : id);
    return new SessionRow(secretHash, seenAt, ttl, Map.copyOf(changed));
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
