package dev.holdfast.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The machine's clock, and one daemon thread for all timers of the process. */
final class SystemTimeSource implements TimeSource {

  static final SystemTimeSource INSTANCE = new SystemTimeSource();

  private final ScheduledThreadPoolExecutor timers;

  private SystemTimeSource() {
    timers =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("holdfast-timer").unstarted(task));
    timers.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Future<?> future = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public Deadline deadline(Duration within) {
    return new SystemDeadline(System.nanoTime() + within.toNanos());
  }

  /** Measured by a counter that no correction of the clock moves. */
  private record SystemDeadline(long end) implements Deadline {
    private static final long MOMENT = 1_000_000;

    @Override
    public Duration left() {
      return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    @Override
    public void pause() {
      LockSupport.parkNanos(MOMENT);
    }
  }
}
