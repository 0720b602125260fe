package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a key's record: a write that goes from a revision to the next.
 *
 * @param from what the store has to have
 * @param mark who writes, and up to which sequence
 * @param at when
 */
record Step(StateKey key, Revision from, Revision to, WriterMark mark, Instant at) {

  /** The same between other revisions. */
  Step between(Revision newFrom, Revision newTo) {
    return new Step(key, newFrom, newTo, mark, at);
  }

  /** To a new content. */
  Put put(int schemaVersion, @Nullable Instant dueAt, byte[] content) {
    return new Put(key, from, new StateRecord(to, mark, schemaVersion, at, dueAt, content));
  }

  /**
   * To the end of the record: a tombstone stays for a while, so that no write prepared before
   * succeeds after.
   *
   * @param tiedTo the key with whose write in the same batch it ends, and which is not written
   *     without that; or null
   */
  Put end(@Nullable StateKey tiedTo) {
    StateRecord tombstone = StateRecord.tombstone(to, mark, at, at.plus(Engine.TOMBSTONE));
    return new Put(key, from, tombstone, tiedTo, tiedTo != null);
  }
}
