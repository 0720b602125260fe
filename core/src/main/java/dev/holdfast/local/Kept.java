package dev.holdfast.local;

import dev.holdfast.ActionFailedException;
import dev.holdfast.ClosedException;
import dev.holdfast.ConflictException;
import dev.holdfast.Holdfast;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Subscription;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A state that an engine keeps: one runtime with one module and one instance. */
final class Kept<S> implements Phase<S> {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 16 << 20;
  private static final Duration LAST_TURNS = Duration.ofSeconds(40);

  private final Definition<S> definition;
  private final Holdfast runtime;
  private final StateRef<S> ref;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Runnable onChange;
  private Subscription changes = () -> {};
  private volatile boolean leaving;

  private Kept(Definition<S> definition, Holdfast runtime, StateRef<S> ref, Runnable onChange) {
    this.definition = definition;
    this.runtime = runtime;
    this.ref = ref;
    this.onChange = onChange;
  }

  /** Opens the engine; nothing is loaded yet. */
  static <S> Kept<S> open(
      Definition<S> definition,
      StateModule<S> module,
      String key,
      StateStore store,
      LocalOptions options,
      Problems problems,
      Runnable onChange) {
    Holdfast.Builder builder =
        Holdfast.builder(store)
            .modules(module)
            .clock(options.time())
            .listener(problems)
            .maxRecordBytes(MOST_BYTES)
            .closeTimeout(CLOSE_TIMEOUT);
    if (options.executor() != null) {
      builder.executor(options.executor());
    }
    Holdfast runtime = builder.open();
    return new Kept<>(definition, runtime, runtime.ref(module, key), onChange);
  }

  /**
   * Restores the state, and waits for it. From then on it stays in memory: it has a subscriber.
   *
   * @throws dev.holdfast.LoadException if it could not be
   */
  void load() {
    var unused = ref.latest();
    changes = ref.subscribe(state -> onChange.run());
  }

  /** Lays changes that were made in memory over what was restored. */
  void adopt(S base, S changed) {
    if (!definition.same(base, changed)) {
      var unused =
          ref.dispatchAsync(
              Change.NAME,
              new Change<S>(
                  state -> definition.codec().overlay(base, changed, state), () -> false));
    }
  }

  @Override
  public boolean change(UnaryOperator<S> change) {
    try {
      var unused = ref.dispatch(Change.NAME, new Change<>(change, () -> leaving));
      return true;
    } catch (ClosedException e) {
      return false;
    } catch (ActionFailedException e) {
      if (e.getCause() instanceof Change.Late) {
        return false;
      }
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    }
  }

  @Override
  public S state() {
    return ref.latest();
  }

  /** Waits until every change made so far is durable. */
  void flush() {
    long deadline = System.nanoTime() + FLUSH_TIMEOUT.toNanos();
    while (true) {
      try {
        ref.flush(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
        return;
      } catch (ConflictException e) {
        // Another process was first; the changes were made again on what it has stored.
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** Takes no more changes, and gives the last state. Once. */
  S leave() {
    leaving = true;
    CompletableFuture<S> last = new CompletableFuture<>();
    UnaryOperator<S> look =
        state -> {
          last.complete(state);
          return state;
        };
    Change<S> behindAllOthers = new Change<>(look, () -> false);
    var unused =
        ref.dispatchAsync(Change.NAME, behindAllOthers)
            .whenComplete(
                (state, error) -> {
                  if (error != null) {
                    last.completeExceptionally(error);
                  }
                });
    try {
      return definition.own(last.orTimeout(LAST_TURNS.toSeconds(), TimeUnit.SECONDS).join());
    } catch (CompletionException e) {
      return ref.latest();
    }
  }

  /**
   * Saves what is not saved, and ends the engine.
   *
   * @throws dev.holdfast.UnsavedChangesException if that could not be done within 5 s
   */
  void close() {
    changes.close();
    runtime.close();
  }

  @Override
  public CompletableFuture<Void> over() {
    return over;
  }
}
