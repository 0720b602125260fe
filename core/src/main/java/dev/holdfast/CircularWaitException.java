package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** An instance would wait for itself, through this action; the action was not run. */
public final class CircularWaitException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  CircularWaitException(String message) {
    this(message, null);
  }

  CircularWaitException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code circular-wait}. */
  @Override
  public String code() {
    return "circular-wait";
  }
}
