package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** Too much is waiting already; nothing ran. Try again later. */
public final class OverloadedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  OverloadedException(String message) {
    this(message, null);
  }

  OverloadedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code overloaded}. */
  @Override
  public String code() {
    return "overloaded";
  }
}
