package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** The module has no action of this name; nothing ran. The message names the nearest one. */
public final class UnknownActionException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  UnknownActionException(String message) {
    this(message, null);
  }

  UnknownActionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code unknown-action}. */
  @Override
  public String code() {
    return "unknown-action";
  }
}
