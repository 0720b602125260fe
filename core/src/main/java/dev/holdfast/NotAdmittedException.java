package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** The module does not admit this session to the instance that it named. */
public final class NotAdmittedException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  NotAdmittedException(String message) {
    this(message, null);
  }

  NotAdmittedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code not-admitted}. */
  @Override
  public String code() {
    return "not-admitted";
  }
}
