package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Another writer changed the record first. The action is not stored; look at the new state and
 * decide whether to send it again.
 *
 * <p>Reducers seldom fail so, for they run again on the other writer's record; handlers always do,
 * because what they have done to others cannot be taken back. The same goes for an action that
 * changes the session's key and takes along a guest's state that another runtime has changed.
 */
public final class ConflictException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  ConflictException(String message) {
    this(message, null);
  }

  ConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code conflict}. */
  @Override
  public String code() {
    return "conflict";
  }
}
