package dev.holdfast;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One load, which ends at the load time-out whatever the store does (law R2). */
record Load(Engine engine, StateStore store, StateKey key, List<String> formerNames) {

  CompletableFuture<Found> start() {
    return ask(
        engine,
        () -> {
          engine.rescue().before(key);
          formerNames.forEach(name -> engine.rescue().before(named(name)));
          return Found.in(store, key, formerNames);
        });
  }

  private StateKey named(String module) {
    return new StateKey(module, key.scope(), key.id());
  }

  /** Asks a store something that may take as long as a load. */
  static <T extends @Nullable Object> CompletableFuture<T> ask(
      Engine engine, Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
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
              answer.complete(question.get());
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
