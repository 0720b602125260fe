package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The state that the action left cannot be stored (it cannot be encoded, or the store refuses it).
 * The action changed nothing.
 */
public final class StateRejectedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  StateRejectedException(String message) {
    this(message, null);
  }

  StateRejectedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code state-rejected}. */
  @Override
  public String code() {
    return "state-rejected";
  }
}
