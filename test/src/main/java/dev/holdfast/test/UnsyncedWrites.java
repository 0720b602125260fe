package dev.holdfast.test;

import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Batches that were written and not yet synced: the page cache of a machine about to lose power.
 */
final class UnsyncedWrites {

  /** In the order of their arrival. Guarded by this. */
  private final List<Unsynced> waiting = new ArrayList<>();

  /** Holds a batch until it is synced or lost. */
  List<WriteResult> add(WriteBatch batch) {
    Unsynced write = new Unsynced(batch, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(write);
      notifyAll();
    }
    try {
      return write.outcome().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("Interrupted while waiting for a sync", e);
    }
  }

  /** Makes all that waits durable. */
  void sync(StateStore store) {
    for (Unsynced write : drain()) {
      try {
        write.outcome().complete(store.write(write.batch()));
      } catch (RuntimeException e) {
        write.outcome().completeExceptionally(e);
      }
    }
  }

  /** Loses all that waits. */
  void crash() {
    for (Unsynced write : drain()) {
      write
          .outcome()
          .completeExceptionally(
              new StoreUnavailableException("The test's script crashed the store before a sync"));
    }
  }

  private synchronized List<Unsynced> drain() {
    List<Unsynced> drained = List.copyOf(waiting);
    waiting.clear();
    return drained;
  }

  synchronized void await(int count) {
    Waiting.until(
        this,
        () -> waiting.size() >= count,
        () -> "%d unsynced batches, not %d".formatted(waiting.size(), count));
  }

  private record Unsynced(WriteBatch batch, CompletableFuture<List<WriteResult>> outcome) {}
}
