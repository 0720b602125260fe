package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * It is not known whether the action is stored: its commit did not come in time, or its id is older
 * than what the record remembers. Asking again with the same id answers it, as long as the record
 * remembers.
 */
public final class OutcomeUnknownException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(String message) {
    this(message, null);
  }

  OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code outcome-unknown}. */
  @Override
  public String code() {
    return "outcome-unknown";
  }
}
