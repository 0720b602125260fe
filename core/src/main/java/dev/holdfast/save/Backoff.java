package dev.holdfast.save;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: 50 ms, doubled with each failure in a row up to 5 s, of which a
 * random half is left out so that many runtimes do not knock at once.
 */
final class Backoff {

  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 5_000;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** Counts a failure. */
  Duration next() {
    long full = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures, 20));
    failures++;
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }

  int failures() {
    return failures;
  }

  void reset() {
    failures = 0;
  }
}
