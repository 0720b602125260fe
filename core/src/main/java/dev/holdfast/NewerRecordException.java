package dev.holdfast;

/**
 * The record is of a newer schema version than this program's, as after a roll-back (law R5).
 * Nothing ran and nothing was written; the record is for the program that wrote it. Trying again
 * helps only when the record has been written back in an older version.
 */
public final class NewerRecordException extends LoadException {
  private static final long serialVersionUID = 1L;

  NewerRecordException(String message) {
    super(message);
  }

  /** {@code newer-record}. */
  @Override
  public String code() {
    return "newer-record";
  }
}
