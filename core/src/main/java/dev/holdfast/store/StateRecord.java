package dev.holdfast.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of one instance's state. Immutable as long as nobody writes to the array of
 * {@link #content()}, which is not copied.
 *
 * <p>A record without content is a <em>tombstone</em>: it stands for "nothing here", keeps a write
 * that was prepared before an erase from succeeding after it, and is deleted when it falls due. A
 * store keeps tombstones like any record, but leaves them out of {@link Enumerable#keys}.
 *
 * @param revision of this record, never {@link Revision#NONE}
 * @param writer who wrote it
 * @param schemaVersion of the state inside, from 1
 * @param writtenAt when it was written, by the writer's clock; kept to the millisecond
 * @param dueAt when somebody has to look at it again (expiry), or null for never; kept to the
 *     millisecond
 * @param content JSON text in UTF-8: an envelope with a format version; empty in a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString are written out below
public record StateRecord(
    Revision revision,
    WriterMark writer,
    int schemaVersion,
    Instant writtenAt,
    @Nullable Instant dueAt,
    byte[] content) {

  private static final byte[] NOTHING = {};

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the revision is {@link Revision#NONE} or the schema version
   *     is below 1
   */
  public StateRecord {
    Objects.requireNonNull(writer, "writer");
    Objects.requireNonNull(writtenAt, "writtenAt");
    Objects.requireNonNull(content, "content");
    if (revision.isNone()) {
      throw new IllegalArgumentException("A record has a revision of its own, not none");
    }
    if (schemaVersion < 1) {
      throw new IllegalArgumentException(
          "A schema version starts at 1, got %d".formatted(schemaVersion));
    }
  }

  /** A record that stands for "erased" until it falls due. */
  public static StateRecord tombstone(
      Revision revision, WriterMark writer, Instant writtenAt, Instant dueAt) {
    return new StateRecord(revision, writer, 1, writtenAt, dueAt, NOTHING);
  }

  /** Whether this record stands for "erased". */
  public boolean isTombstone() {
    return content.length == 0;
  }

  /** The content as text. */
  public String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StateRecord that
        && revision.equals(that.revision)
        && writer.equals(that.writer)
        && schemaVersion == that.schemaVersion
        && writtenAt.equals(that.writtenAt)
        && Objects.equals(dueAt, that.dueAt)
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return 31 * revision.hashCode() + Arrays.hashCode(content);
  }

  /** Everything but the content, which does not belong in logs. */
  @Override
  public String toString() {
    return "StateRecord[revision=%s, schemaVersion=%d, writtenAt=%s, dueAt=%s, %d bytes]"
        .formatted(revision, schemaVersion, writtenAt, dueAt, content.length);
  }
}
