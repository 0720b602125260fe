package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The turn that runs on this thread, if one does: so that what it dispatches is known to be nested,
 * through whichever handle.
 *
 * @param instance whose turn it is
 */
record CurrentTurn(Instance<?> instance, Turn<?> turn) {

  /** Where a thread has it: to write a field costs less than to set a thread-local at each turn. */
  private static final class Place {
    private @Nullable Turn<?> turn;

    @Nullable CurrentTurn current() {
      Instance<?> at = turn == null ? null : turn.at;
      return turn == null || at == null ? null : new CurrentTurn(at, turn);
    }
  }

  private static final ThreadLocal<Place> PLACES = ThreadLocal.withInitial(Place::new);

  static @Nullable CurrentTurn get() {
    return PLACES.get().current();
  }

  /**
   * Sets the current turn.
   *
   * @return what was there before, to be set again afterwards
   */
  static @Nullable CurrentTurn set(@Nullable CurrentTurn turn) {
    return enter(turn == null ? null : turn.turn);
  }

  /** The same of a turn that has begun. */
  static @Nullable CurrentTurn enter(@Nullable Turn<?> turn) {
    Place place = PLACES.get();
    CurrentTurn before = place.current();
    place.turn = turn;
    return before;
  }
}
