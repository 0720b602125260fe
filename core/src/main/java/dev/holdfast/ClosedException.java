package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** The runtime is closed; nothing ran. */
public final class ClosedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  ClosedException(String message) {
    this(message, null);
  }

  ClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code closed}. */
  @Override
  public String code() {
    return "closed";
  }
}
