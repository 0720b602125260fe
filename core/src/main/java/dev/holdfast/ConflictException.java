package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Another writer changed the record first. The action is not stored; look at the new state and
 * decide whether to send it again.
 */
public final class ConflictException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  ConflictException(String message) {
    this(message, null);
  }

  ConflictException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code conflict}. */
  @Override
  public String code() {
    return "conflict";
  }
}
