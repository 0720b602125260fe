package dev.holdfast.demo;

import org.jspecify.annotations.Nullable;

/** The demo cannot start; the message says why and what to do, in one line. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
