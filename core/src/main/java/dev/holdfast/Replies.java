package dev.holdfast;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Answers that leave after a commit. The saver only lines them up and begins the next commit;
 * waking the callers is done elsewhere, by one task at a time.
 */
final class Replies {

  private final Executor executor;
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile @Nullable Thread drainer;

  Replies(Executor executor) {
    this.executor = executor;
  }

  void add(Runnable reply) {
    waiting.add(reply);
    start();
  }

  private void start() {
    if (!waiting.isEmpty() && running.compareAndSet(false, true)) {
      executor.execute(this::drain);
    }
  }

  /** Whether this thread is answering just now, so that no answer can come while it waits. */
  boolean areGivenHere() {
    return Thread.currentThread().equals(drainer);
  }

  private void drain() {
    drainer = Thread.currentThread();
    try {
      for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
        next.run();
      }
    } finally {
      drainer = null;
      running.set(false);
      start();
    }
  }
}
