package dev.holdfast.benchmarks;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The machine's clock, which can be told that time has passed: timers that are due then fire.
 * Deadlines are real.
 */
final class ShiftedTime implements TimeSource {

  private final TimeSource real = TimeSource.system();
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
  private volatile Duration shift = Duration.ZERO;

  private final class Waiting implements Timer {
    private final Instant due;
    private final Runnable task;
    private final Timer timer;

    Waiting(Duration delay, Runnable task) {
      this.due = instant().plus(delay);
      this.task = task;
      waiting.add(this);
      this.timer = real.schedule(delay, this::fire);
    }

    void fire() {
      if (waiting.remove(this)) {
        task.run();
      }
    }

    @Override
    public void close() {
      waiting.remove(this);
      timer.close();
    }
  }

  void pass(Duration time) {
    shift = shift.plus(time);
    Instant now = instant();
    waiting.stream().filter(timer -> !timer.due.isAfter(now)).toList().forEach(Waiting::fire);
  }

  @Override
  public Instant instant() {
    return real.instant().plus(shift);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return new Waiting(delay, task);
  }

  @Override
  public Deadline deadline(Duration within) {
    return real.deadline(within);
  }
}
