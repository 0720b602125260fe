package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** An action threw; it changed nothing. The cause is what it threw. */
public final class ActionFailedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  ActionFailedException(String message) {
    this(message, null);
  }

  ActionFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code action-failed}. */
  @Override
  public String code() {
    return "action-failed";
  }
}
