package dev.holdfast.server;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The values of a server's limits. Immutable. */
final class Limits {

  static final Limits DEFAULT = new Limits(new EnumMap<>(Limit.class));

  private final Map<Limit, Long> given;

  private Limits(Map<Limit, Long> given) {
    this.given = given;
  }

  /**
   * These with another value.
   *
   * @throws IllegalArgumentException if the limit cannot have it
   */
  Limits with(Limit limit, long value) {
    Map<Limit, Long> more = new EnumMap<>(Limit.class);
    more.putAll(given);
    more.put(limit, limit.checked(value));
    return new Limits(more);
  }

  Limits with(Limit limit, Duration value) {
    return with(limit, limit.checked(value));
  }

  /** The value of a limit whose highest is an {@code int}. */
  int of(Limit limit) {
    return Math.toIntExact(value(limit));
  }

  Duration time(Limit limit) {
    return Duration.ofMillis(value(limit));
  }

  private long value(Limit limit) {
    return given.getOrDefault(limit, limit.usual());
  }
}
