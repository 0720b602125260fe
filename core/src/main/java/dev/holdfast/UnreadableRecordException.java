package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The record cannot be read: it is damaged, of another type than the code declares, or a migration
 * refused it (law R3). Nothing ran and nothing was written; the bytes are as they were. Trying
 * again does not help: it takes the code that wrote it, a migration, or somebody who mends it.
 */
public final class UnreadableRecordException extends LoadException {
  private static final long serialVersionUID = 1L;

  UnreadableRecordException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** {@code unreadable-record}. */
  @Override
  public String code() {
    return "unreadable-record";
  }
}
