package dev.holdfast.local;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * A state in memory alone: one that is never kept, is not restored yet, or is unmounted. It
 * remembers what it began with, so that the changes made meanwhile can be told from the rest.
 */
final class Loose<S> implements Phase<S> {

  /** A state, and whether it is the last one. */
  private record Slot<S>(S state, boolean sealed) {}

  private final Definition<S> definition;
  private final Runnable onChange;
  private final AtomicReference<Slot<S>> slot;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private volatile S base;

  /**
   * @param state that it begins with
   * @param onChange is told of changes
   */
  Loose(Definition<S> definition, S state, Runnable onChange) {
    this.definition = definition;
    this.onChange = onChange;
    this.base = state;
    this.slot = new AtomicReference<>(new Slot<>(state, false));
  }

  @Override
  public boolean change(UnaryOperator<S> change) {
    while (true) {
      Slot<S> before = now();
      if (before.sealed) {
        return false;
      }
      S next = Objects.requireNonNull(change.apply(definition.shown(before.state)), "new state");
      S owned = definition.own(next);
      if (definition.same(before.state, owned)) {
        return true;
      }
      if (slot.compareAndSet(before, new Slot<>(owned, false))) {
        onChange.run();
        return true;
      }
    }
  }

  @Override
  public S state() {
    return definition.shown(now().state);
  }

  private Slot<S> now() {
    return Objects.requireNonNull(slot.get());
  }

  /** Ends it: no change is made any more. */
  S seal() {
    return slot.updateAndGet(last -> new Slot<>(last.state, true)).state;
  }

  /** What it began with. */
  S base() {
    return base;
  }

  /** What it began with is not stored: all that differs from this counts as changed. */
  void rebase(S stored) {
    base = stored;
  }

  @Override
  public CompletableFuture<Void> over() {
    return over;
  }
}
