package dev.holdfast.benchmarks;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * How long operations took, in microseconds.
 *
 * @param median half took no longer
 * @param p99 of a hundred, one took longer
 * @param most the longest
 */
record Latency(double median, double p99, double most) {

  static double[] figures(Histogram histogram) {
    return new double[] {
      histogram.getValueAtPercentile(50),
      histogram.getValueAtPercentile(99),
      histogram.getMaxValue()
    };
  }

  /** Of several rounds: of each of the three, the median. */
  static Latency median(List<double[]> rounds) {
    return new Latency(median(rounds, 0), median(rounds, 1), median(rounds, 2));
  }

  private static double median(List<double[]> rounds, int at) {
    return Series.of(rounds.stream().mapToDouble(figures -> figures[at]).toArray()).median();
  }
}
