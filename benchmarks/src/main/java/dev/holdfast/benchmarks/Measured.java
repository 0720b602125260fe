package dev.holdfast.benchmarks;

import java.util.List;

/** Something whose speed is measured, in a folder and a store of its own. */
interface Measured extends AutoCloseable {

  /** For the report. */
  String name();

  /** Works for about so long, and returns the operations per second. */
  double run(long nanos) throws Exception;

  @Override
  void close();

  /** The middle one; of an even count, the mean of both. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
