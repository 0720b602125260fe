package dev.holdfast.sqlite;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A batch on its way to the writer's thread, and what becomes of it. */
final class PendingWrite {

  private final WriteBatch batch;
  private final CompletableFuture<List<WriteResult>> outcome = new CompletableFuture<>();

  PendingWrite(WriteBatch batch) {
    this.batch = batch;
  }

  WriteBatch batch() {
    return batch;
  }

  int size() {
    return batch.entries().size();
  }

  /** What the writer tries, for messages. */
  String attempt() {
    return "commit %d %s".formatted(size(), size() == 1 ? "entry" : "entries");
  }

  void done(List<WriteResult> results) {
    outcome.complete(results);
  }

  void failed(StateStoreException e) {
    outcome.completeExceptionally(e);
  }

  List<WriteResult> await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StateStoreException cause
          ? cause
          : new IllegalStateException("Writes fail with a store's exceptions only", e);
    }
  }
}
