package dev.holdfast.server;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs tasks one at a time, in the order posted, on a thread that exists only while there are any.
 * What one task wrote, the next one sees. Its users bound what they post.
 */
final class Mailbox {

  private final Executor threads;
  private final Consumer<Throwable> onFailure;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** Posted and not yet finished. Who raises it from 0 starts the drain; the drain ends at 0. */
  private final AtomicInteger unfinished = new AtomicInteger();

  /**
   * A mailbox.
   *
   * @param threads runs a drain
   * @param onFailure is told what a task throws; the tasks behind it run all the same, also if it
   *     throws too
   */
  Mailbox(Executor threads, Consumer<Throwable> onFailure) {
    this.threads = threads;
    this.onFailure = onFailure;
  }

  /** Adds a task; never runs it before returning, unless the executor does. */
  void post(Runnable task) {
    tasks.add(task);
    if (unfinished.getAndIncrement() == 0) {
      threads.execute(this::drain);
    }
  }

  private void drain() {
    do {
      Runnable task = tasks.poll();
      if (task != null) { // always so: a task is added before it is counted
        run(task);
      }
    } while (unfinished.decrementAndGet() > 0);
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      report(e);
    }
  }

  private void report(Throwable thrown) {
    try {
      onFailure.accept(thrown);
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}
