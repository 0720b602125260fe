package dev.holdfast;

import dev.holdfast.time.TimeSource.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What the program's listener is told, in order, on a thread that nothing else needs: a listener
 * that does not come back holds up no commit (law A7). What is more than can wait is not told; it
 * is in the log all the same.
 */
final class News {

  private final Executor teller;

  /**
   * @param teller runs one at a time, in order, and rejects what is too much; or runs at once
   */
  News(Executor teller) {
    this.teller = teller;
  }

  void tell(Runnable news) {
    try {
      teller.execute(news);
    } catch (RejectedExecutionException e) {
      // Too much waits for a listener that does not come back.
    }
  }

  /** Waits until everything so far is told, or the time is up. */
  void await(Deadline deadline) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    tell(() -> told.complete(null));
    while (!told.isDone() && !deadline.left().isZero() && !Thread.currentThread().isInterrupted()) {
      deadline.pause();
    }
  }
}
