package dev.holdfast.model;

import dev.holdfast.test.ManualClock;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** A program's life, from its start to its crash: what it runs, and its one timer thread. */
final class Machine implements Executor, TimeSource {

  private final SeededScheduler scheduler;
  private final ManualClock clock;
  private final String name;
  private final Serial timers = new Serial(this);
  private final BiConsumer<String, String> verdict;
  private boolean alive = true;

  /**
   * @param verdict is told which law was broken, and how
   */
  Machine(
      SeededScheduler scheduler,
      ManualClock clock,
      String name,
      BiConsumer<String, String> verdict) {
    this.scheduler = scheduler;
    this.clock = clock;
    this.name = name;
    this.verdict = verdict;
  }

  /** It did what it must not. */
  void broke(String law, String how) {
    verdict.accept(law, how);
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

  /** {@inheritDoc} A moment is over when the clock has moved on. */
  @Override
  public Deadline deadline(Duration within) {
    Instant end = clock.instant().plus(within);
    return new Deadline() {
      @Override
      public Duration left() {
        Duration left = Duration.between(clock.instant(), end);
        return left.isNegative() ? Duration.ZERO : left;
      }

      @Override
      public void pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        var unused = schedule(Duration.ofMillis(1), () -> over.complete(null));
        over.join();
      }
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
