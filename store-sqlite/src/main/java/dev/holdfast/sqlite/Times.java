package dev.holdfast.sqlite;

import java.time.Instant;

/** Times as milliseconds since 1970. */
final class Times {

  private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);
  private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

  private Times() {}

  static boolean fits(Instant time) {
    return !time.isBefore(FIRST) && !time.isAfter(LAST);
  }

  /** The milliseconds of a time, or of the nearest one that has some. */
  static long nearest(Instant time) {
    if (fits(time)) {
      return time.toEpochMilli();
    }
    return time.isBefore(FIRST) ? Long.MIN_VALUE : Long.MAX_VALUE;
  }
}
