package dev.holdfast.store;

import org.jspecify.annotations.Nullable;

/**
 * A store cannot answer, and trying again as it is does not help: somebody has to repair something.
 * The message names store, key and revision as far as they are known, never the content.
 */
public class StateStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public StateStoreException(String message) {
    this(message, null);
  }

  /** With a message for people and what lies behind it. */
  public StateStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
