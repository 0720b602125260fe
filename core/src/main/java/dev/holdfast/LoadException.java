package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The state could not be loaded: the store failed, did not answer in time, or holds a record that
 * cannot be read. Nothing ran and nothing was written; the next access tries again. The cause tells
 * which.
 */
public sealed class LoadException extends HoldfastException
    permits NewerRecordException, UnreadableRecordException {
  private static final long serialVersionUID = 1L;

  LoadException(String message) {
    this(message, null);
  }

  LoadException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code load-failed}. */
  @Override
  public String code() {
    return "load-failed";
  }
}
