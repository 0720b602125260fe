package dev.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * The figures of one measured thing over the rounds of a run.
 *
 * @param values one for each round, in their order; at least one
 */
record Series(List<Double> values) {

  Series {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("A series has at least one figure");
    }
    values = List.copyOf(values);
  }

  static Series of(double... values) {
    List<Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(value);
    }
    return new Series(list);
  }

  /** The middle one; of an even count, the mean of the two in the middle. */
  double median() {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  double least() {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  double most() {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }

  /** How far least and most lie apart, as a part of the median; 0 for a median of 0. */
  double spread() {
    double median = median();
    return median == 0 ? 0 : (most() - least()) / median;
  }

  /**
   * This by another, round by round: what disturbs a round disturbs both sides of it.
   *
   * @throws IllegalArgumentException if the other has another number of rounds
   */
  Series by(Series other) {
    if (other.values.size() != values.size()) {
      throw new IllegalArgumentException(
          "A series of %d rounds is not compared with one of %d"
              .formatted(values.size(), other.values.size()));
    }
    List<Double> quotients = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      quotients.add(values.get(i) / other.values.get(i));
    }
    return new Series(quotients);
  }
}
