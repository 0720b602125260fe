package dev.holdfast.codec;

import org.jspecify.annotations.Nullable;

/**
 * The members of a record that this program does not know, kept to be written back (law R5). They
 * belong to the key of the record that they were read from. Immutable.
 */
public final class UnknownMembers {

  /** No such members. */
  public static final UnknownMembers NONE = new UnknownMembers(null);

  private final @Nullable Unknown content;

  private UnknownMembers(@Nullable Unknown content) {
    this.content = content;
  }

  static UnknownMembers of(@Nullable Unknown content) {
    return content == null ? NONE : new UnknownMembers(content);
  }

  @Nullable Unknown content() {
    return content;
  }

  /** Whether there are none. */
  public boolean isNone() {
    return content == null;
  }
}
