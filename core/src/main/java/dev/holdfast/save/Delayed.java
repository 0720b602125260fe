package dev.holdfast.save;

import java.time.Instant;

/**
 * A state's place among the delayed; stale once the state points elsewhere. Belongs to the lock of
 * {@link DirtyStates}.
 */
final class Delayed {
  final Savable state;
  final Instant due;

  Delayed(Savable state, Instant due) {
    this.state = state;
    this.due = due;
  }

  @SuppressWarnings("ReferenceEquality") // it is current only if it is the very one
  boolean isCurrent() {
    return this == state.delayed;
  }
}
