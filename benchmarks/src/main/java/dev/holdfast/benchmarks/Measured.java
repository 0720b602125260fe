package dev.holdfast.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/**
 * Something that is measured, in a process and a folder of its own. Called by one thread, and idle
 * between the calls.
 */
interface Measured extends AutoCloseable {

  /** Works for about so long, and returns the figure, such as operations per second. */
  double run(long nanos) throws Exception;

  /**
   * More about the last run.
   *
   * @throws IllegalArgumentException if this does not know the question
   */
  default double[] answer(Question question) throws Exception {
    throw new IllegalArgumentException(
        getClass().getSimpleName() + " cannot tell its " + question.name());
  }

  /** What else a run can tell. */
  enum Question {
    /** How large the batches of the last run were, in their order. */
    BATCHES,
    /** How long its operations took in microseconds: the median, the 99th percentile, the most. */
    LATENCY,
    /** How many operations a second were done in each tenth of the last run. */
    TENTHS,
    /** How many actions were acknowledged since the start, as one figure. */
    ACKNOWLEDGED,
    /** How many actions are in what is stored, as one figure; asked after a restart. */
    STORED
  }

  /** Does in the next run what another did in its last. */
  default void follow(double[] batches) {
    throw new IllegalArgumentException(getClass().getSimpleName() + " follows nobody");
  }

  @Override
  void close() throws IOException, SQLException;
}
