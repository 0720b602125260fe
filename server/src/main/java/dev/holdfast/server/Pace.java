package dev.holdfast.server;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * How fast a client may go on: a token bucket that holds the tokens of one second. For one thread
 * at a time.
 */
final class Pace {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final TimeSource time;

  /** What one message costs, in nanoseconds of waiting. */
  private final long cost;

  /** Nanoseconds saved up, at most a second. */
  private long saved = SECOND;

  private Instant counted;

  Pace(TimeSource time, int perSecond) {
    this.time = time;
    this.cost = Math.ceilDiv(SECOND, perSecond);
    this.counted = time.instant();
  }

  /**
   * Takes a token if there is one.
   *
   * @return zero if there was; else how long until there is, and none was taken
   */
  Duration take() {
    Instant now = time.instant();
    if (now.isAfter(counted)) {
      Duration passed = Duration.between(counted, now);
      saved = passed.toSeconds() > 0 ? SECOND : Math.min(SECOND, saved + passed.toNanos());
    }
    counted = now; // a clock that was set back saves nothing up, and starts again from there
    if (saved < cost) {
      return Duration.ofNanos(cost - saved);
    }
    saved -= cost;
    return Duration.ZERO;
  }
}
