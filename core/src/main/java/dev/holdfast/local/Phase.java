package dev.holdfast.local;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Where a state lives now: in memory alone, kept by an engine, or nowhere any more. A phase that
 * has ended takes no changes, and says when the next one is there.
 */
sealed interface Phase<S> permits Loose, Kept, Gone {

  /**
   * Applies a change, which may run more than once.
   *
   * @return false if the phase has ended, and the change has not been made
   */
  boolean change(UnaryOperator<S> change);

  /** The newest state, for somebody outside. */
  S state();

  /** Completes when another phase has taken this one's place. */
  CompletableFuture<Void> over();
}
