package dev.holdfast;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the engine's own steps where user code cannot keep them from running: what answers, what
 * goes on after a load, what takes a turn away (law A7). Each step is given to the usual executor,
 * which is the fastest; one that has not begun there in time, because handlers that never yield
 * occupy every core's carrier, is run by a platform thread.
 *
 * <p>The time is the machine's, as the threads are.
 */
final class PromptExecutor implements Executor {

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int QUIET_ROUNDS = 50;
  private static final int RELIEVERS = 4;

  private final Executor usual;
  private final ConcurrentLinkedQueue<Step> given = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor relief;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile @Nullable Thread guard;
  private volatile boolean asleep;
  private volatile boolean closed;

  PromptExecutor(Executor usual) {
    this.usual = usual;
    this.relief =
        new ThreadPoolExecutor(
            RELIEVERS,
            RELIEVERS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("holdfast-relief-", 1).factory());
    relief.allowCoreThreadTimeOut(true);
  }

  /** One step, which runs once. */
  private static final class Step implements Runnable {
    private final Runnable task;
    private final long at = System.nanoTime();
    private final AtomicBoolean begun = new AtomicBoolean();

    Step(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (begun.compareAndSet(false, true)) {
        task.run();
      }
    }

    long patience() {
      return begun.get() ? 0 : PATIENCE_NANOS - (System.nanoTime() - at);
    }
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      usual.execute(task);
      return;
    }
    Step step = new Step(task);
    given.add(step);
    usual.execute(step);
    if (started.compareAndSet(false, true)) {
      guard = Thread.ofPlatform().daemon().name("holdfast-guard").start(this::look);
    } else if (asleep) {
      LockSupport.unpark(guard);
    }
  }

  /**
   * Looks in rounds, and not at each step: at full speed a wake-up for each would cost more than
   * the steps do.
   */
  private void look() {
    int quiet = 0;
    while (!closed) {
      quiet = given.isEmpty() ? quiet + 1 : 0;
      relieve();
      if (quiet < QUIET_ROUNDS) {
        LockSupport.parkNanos(PATIENCE_NANOS);
      } else {
        sleep();
        quiet = 0;
      }
    }
  }

  private void relieve() {
    Step first = given.peek();
    while (first != null && first.patience() <= 0) {
      given.remove();
      if (!first.begun.get()) {
        relief.execute(first);
      }
      first = given.peek();
    }
  }

  private void sleep() {
    asleep = true; // Whoever adds after this look wakes this thread.
    if (given.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  /** From now on steps have the usual executor alone. */
  void close() {
    closed = true;
    LockSupport.unpark(guard);
  }
}
