package dev.holdfast.benchmarks;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** The machine's clock, which can be told that time has passed. Timers and deadlines are real. */
final class ShiftedTime implements TimeSource {

  private final TimeSource real = TimeSource.system();
  private volatile Duration shift = Duration.ZERO;

  void pass(Duration time) {
    shift = shift.plus(time);
  }

  @Override
  public Instant instant() {
    return real.instant().plus(shift);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return real.schedule(delay, task);
  }

  @Override
  public Deadline deadline(Duration within) {
    return real.deadline(within);
  }
}
