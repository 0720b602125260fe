package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * A handler took longer than the action time-out and lost its turn; it changed nothing of its own
 * instance.
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
