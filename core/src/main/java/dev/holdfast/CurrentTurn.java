package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The turn that runs on this thread, if one does: so that what it dispatches is known to be nested,
 * through whichever handle.
 *
 * @param instance whose turn it is
 */
record CurrentTurn(Instance<?> instance, Turn<?> turn) {

  private static final ThreadLocal<@Nullable CurrentTurn> CURRENT = new ThreadLocal<>();

  static @Nullable CurrentTurn get() {
    return CURRENT.get();
  }

  /**
   * Sets the current turn.
   *
   * @return what was there before, to be set again afterwards
   */
  static @Nullable CurrentTurn set(@Nullable CurrentTurn turn) {
    CurrentTurn before = CURRENT.get();
    if (turn == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(turn);
    }
    return before;
  }
}
