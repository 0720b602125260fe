package dev.holdfast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for durability: each until the sequence is committed that the instance had when it
 * asked. Belongs to the instance's lock; the futures that it gives out are completed without it.
 */
final class Flushes {

  private record Flush(long sequence, CompletableFuture<Void> done) {}

  private @Nullable List<Flush> waiting;

  boolean isEmpty() {
    return waiting == null;
  }

  CompletableFuture<Void> add(long sequence) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (waiting == null) {
      waiting = new ArrayList<>(1);
    }
    waiting.add(new Flush(sequence, done));
    return done;
  }

  /** Takes out who waits for a sequence that is not later than this. */
  List<CompletableFuture<Void>> take(long upTo) {
    if (waiting == null) {
      return List.of();
    }
    List<Flush> taken = waiting.stream().filter(flush -> flush.sequence <= upTo).toList();
    waiting.removeAll(taken);
    waiting = waiting.isEmpty() ? null : waiting;
    return taken.stream().map(Flush::done).toList();
  }

  List<CompletableFuture<Void>> takeAll() {
    return take(Long.MAX_VALUE);
  }

  @SuppressWarnings("ReferenceEquality") // the very future
  private void remove(CompletableFuture<Void> done) {
    if (waiting != null) {
      waiting.removeIf(flush -> flush.done == done);
      waiting = waiting.isEmpty() ? null : waiting;
    }
  }

  /** Ends the wait after a time, whatever happens. To be called without the lock. */
  void limit(CompletableFuture<Void> done, Duration within, Engine engine, Instance<?> instance) {
    var timer =
        engine.time.schedule(
            within,
            () ->
                done.completeExceptionally(
                    new OutcomeUnknownException(
                        "%s was not saved within %s; it stays to be saved"
                            .formatted(instance.title(), within))));
    engine.after(
        done,
        (none, error) -> {
          timer.close();
          synchronized (instance) {
            remove(done);
          }
        });
    if (engine.refs().isOver()) {
      fail(
          List.of(done),
          new OutcomeUnknownException(
              "The runtime was closed before %s was saved".formatted(instance.title())));
    }
  }

  /** To be called without the lock. */
  static void complete(List<CompletableFuture<Void>> durable) {
    durable.forEach(done -> done.complete(null));
  }

  /** To be called without the lock. */
  static void fail(List<CompletableFuture<Void>> broken, HoldfastException error) {
    broken.forEach(done -> done.completeExceptionally(error));
  }
}
