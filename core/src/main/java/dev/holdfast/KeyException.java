package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * A key function threw or gave an id that no key can have, or an action without a session tried to
 * change the key. The action changed nothing.
 */
public final class KeyException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  KeyException(String message) {
    this(message, null);
  }

  KeyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code bad-key}. */
  @Override
  public String code() {
    return "bad-key";
  }
}
