package dev.holdfast.model;

import dev.holdfast.test.ManualClock;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/** A program's life, from its start to its crash: what it runs, and its one timer thread. */
final class Machine implements Executor, TimeSource {

  private final SeededScheduler scheduler;
  private final ManualClock clock;
  private final String name;
  private final Serial timers = new Serial(this);
  private boolean alive = true;

  Machine(SeededScheduler scheduler, ManualClock clock, String name) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.name = name;
  }

  boolean isAlive() {
    return alive;
  }

  /** Ends it at once: nothing of it runs any more. */
  void kill() {
    alive = false;
    scheduler.drop(this);
  }

  @Override
  public void execute(Runnable task) {
    if (alive) {
      scheduler.start(this, task);
    }
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  /** {@inheritDoc} It runs some time after it is due, one at a time. */
  @Override
  public Timer schedule(Duration delay, Runnable task) {
    boolean[] closed = new boolean[1];
    Timer timer =
        clock.schedule(
            delay,
            () ->
                timers.execute(
                    () -> {
                      if (!closed[0]) {
                        task.run();
                      }
                    }));
    return () -> {
      closed[0] = true;
      timer.close();
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
