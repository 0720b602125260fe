package dev.holdfast;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** One load, which ends at the load time-out whatever the store does (law R2). */
record Load(Engine engine, StateStore store, StateKey key, String title) {

  CompletableFuture<Optional<StateRecord>> start() {
    CompletableFuture<Optional<StateRecord>> answer = new CompletableFuture<>();
    var timeout = engine.options.loadTimeout();
    var timer =
        engine.time.schedule(
            timeout,
            () ->
                answer.completeExceptionally(
                    new StoreUnavailableException(
                        "The store did not answer within " + timeout.toMillis() + " ms")));
    try {
      engine.io.execute(
          () -> {
            try {
              answer.complete(Objects.requireNonNull(store.load(key), "the store gave null"));
            } catch (RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new StoreUnavailableException("Too many loads wait for the store already", e));
    }
    return answer.whenComplete((record, error) -> timer.close());
  }

  /** What a caller is told about a load that failed. */
  static LoadException typed(Throwable error, String title) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof LoadException load
        ? load
        : new LoadException(
            "%s could not be loaded: %s".formatted(title, cause.getMessage()), cause);
  }
}
