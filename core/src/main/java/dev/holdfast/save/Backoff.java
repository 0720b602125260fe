package dev.holdfast.save;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait after a failure: 50 ms, doubled with each failure in a row up to 5 s, of which a
 * random half is left out so that many runtimes do not knock at once.
 */
final class Backoff {

  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 5_000;

  private final RandomGenerator random;
  private int failures;
  private @Nullable Instant since;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** Counts a failure. */
  Duration next(Instant now) {
    since = failures == 0 ? now : since;
    return after(++failures, random);
  }

  /** The wait after so many failures in a row, from 1. */
  static Duration after(int failures, RandomGenerator random) {
    long full = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 20));
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  int failures() {
    return failures;
  }

  /** When the first of the failures in a row was. */
  @Nullable Instant since() {
    return since;
  }

  /** Returns whether there were failures. */
  boolean reset() {
    boolean failed = failures > 0;
    failures = 0;
    since = null;
    return failed;
  }
}
