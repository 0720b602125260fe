package dev.holdfast.time;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Tells the time and wakes things up. Tests give {@code dev.holdfast.test.ManualClock}, which
 * stands still until it is advanced. Safe for many threads.
 */
public interface TimeSource extends InstantSource {

  /**
   * Runs a task once, after a delay. Tasks are short and do not block: they hand work to others.
   *
   * @param delay zero or negative for "as soon as possible"
   * @return cancels the task when closed, if it has not begun; safe to close twice
   */
  Timer schedule(Duration delay, Runnable task);

  /**
   * Begins to measure how long somebody may still block a thread, such as {@code Holdfast.close}.
   *
   * @param within zero or negative for a time that is over already
   */
  Deadline deadline(Duration within);

  /** The machine's clock, and one timer thread that lives as long as the process. */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer extends AutoCloseable {
    /** Cancels the task if it has not begun. */
    @Override
    void close();
  }

  /** How long somebody may still block a thread. For that one thread. */
  interface Deadline {
    /** How much time is left; zero when it is over. */
    Duration left();

    /**
     * Blocks the calling thread for a moment, about a millisecond, after which it may look again
     * whether what it waits for has come. Returns at once, with the mark set, if it is interrupted.
     */
    void pause();
  }
}
