package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * A handler took longer than the action time-out and lost its turn; it changed nothing of its own
 * instance. Or an action was not begun at all within the acknowledgement time-out, because handlers
 * that never yield occupy every core.
 */
public final class ActionTimeoutException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  ActionTimeoutException(String message) {
    this(message, null);
  }

  ActionTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code action-timeout}. */
  @Override
  public String code() {
    return "action-timeout";
  }
}
