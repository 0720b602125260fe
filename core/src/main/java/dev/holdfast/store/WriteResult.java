package dev.holdfast.store;

/** What became of one entry of a {@link WriteBatch}. */
public sealed interface WriteResult {

  /**
   * The entry is durable.
   *
   * @param revision that the key has now; {@link Revision#NONE} after a delete
   */
  record Saved(Revision revision) implements WriteResult {}

  /**
   * The key had another revision than the expected one; nothing was written for this entry.
   *
   * @param actual the revision that was found; {@link Revision#NONE} if there was no record
   */
  record Conflict(Revision actual) implements WriteResult {}

  /**
   * The store will never take this entry as it is (too large, say); nothing was written for it, and
   * its neighbours are not affected.
   *
   * @param reason for people, without the content
   */
  record Rejected(String reason) implements WriteResult {}
}
