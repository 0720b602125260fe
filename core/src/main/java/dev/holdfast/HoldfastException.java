package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Something that a caller of Holdfast can act on; the subtype says how. Messages name module,
 * action, key and revision as far as they help, never state, payload or token, and may be shown to
 * the client that caused them.
 */
public abstract class HoldfastException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HoldfastException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A stable word for programs on the other side of a wire, such as {@code unknown-action}. */
  public abstract String code();
}
