package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** A payload is missing or does not bind to the action's payload type; nothing ran. */
public final class PayloadException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  PayloadException(String message) {
    this(message, null);
  }

  PayloadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code bad-payload}. */
  @Override
  public String code() {
    return "bad-payload";
  }
}
