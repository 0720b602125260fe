package dev.holdfast.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How thoroughly a run measures.
 *
 * @param name for the report
 * @param rounds how often each peer has its turn
 * @param warmUp how long each peer works before the first round, in nanoseconds: until its compiler
 *     has seen it all
 * @param nanos how long a turn is
 * @param sizes how large a state is as JSON, in bytes: the ratios are those of {@link #MAIN_SIZE}
 * @param isWhole whether all peers take part; else only those that a ratio needs
 */
record Plan(
    String name, int rounds, long warmUp, long nanos, List<Integer> sizes, boolean isWhole) {

  /** The size of a state that the goals speak of. */
  static final int MAIN_SIZE = 500;

  static final Plan FULL =
      new Plan(
          "full",
          5,
          TimeUnit.SECONDS.toNanos(3),
          TimeUnit.MILLISECONDS.toNanos(2_500),
          List.of(100, MAIN_SIZE, 8_192),
          true);

  static final Plan QUICK =
      new Plan(
          "quick",
          3,
          TimeUnit.MILLISECONDS.toNanos(2_500),
          TimeUnit.MILLISECONDS.toNanos(600),
          List.of(MAIN_SIZE),
          false);
}
