package dev.holdfast.store;

import org.jspecify.annotations.Nullable;

/** A store does not answer now; trying again may help (busy, full, not reachable, timed out). */
public class StoreUnavailableException extends StateStoreException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public StoreUnavailableException(String message) {
    this(message, null);
  }

  /** With a message for people and what lies behind it. */
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
