package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store has for a key: its record, and what is left under the names that the module had
 * before. Without a record of its own, the first of those is what it goes on from; with one, be it
 * a tombstone, they count for nothing any more.
 *
 * @param record null for nothing
 * @param isFormer whether it was found under a former name
 * @param isAside whether the record is one that cannot be read, and of which there is a copy aside
 * @param leftovers the records under former names, to be removed with the next write of the key
 */
record Found(
    @Nullable StateRecord record, boolean isFormer, List<Leftover> leftovers, boolean isAside) {

  /** A record under a former name of its module. */
  record Leftover(StateKey key, Revision revision) {

    /** What takes its place, once the key itself is stored. */
    Put tombstone(StateKey now, WriterMark mark, Instant at) {
      StateRecord tombstone =
          StateRecord.tombstone(revision.next(), mark, at, at.plus(Engine.TOMBSTONE));
      return new Put(key, revision, tombstone, now);
    }
  }

  static Found of(@Nullable StateRecord record) {
    return new Found(record, false, List.of(), false);
  }

  /** Asks the store. */
  static Found in(StateStore store, StateKey key, List<String> formerNames) {
    StateRecord record = load(store, key);
    boolean isFormer = false;
    List<Leftover> leftovers = new ArrayList<>(formerNames.size());
    for (String name : formerNames) {
      StateKey former = new StateKey(name, key.scope(), key.id());
      StateRecord left = load(store, former);
      if (left != null && !left.isTombstone()) {
        leftovers.add(new Leftover(former, left.revision()));
        isFormer |= record == null;
        record = record == null ? left : record;
      }
    }
    return new Found(record, isFormer, List.copyOf(leftovers), false);
  }

  private static @Nullable StateRecord load(StateStore store, StateKey key) {
    return Objects.requireNonNull(store.load(key), "the store gave null").orElse(null);
  }

  /** The same, of which a copy was put aside. */
  Found aside() {
    return new Found(record, isFormer, leftovers, true);
  }

  /** What the key itself has. */
  Found own() {
    return isFormer ? of(null) : this;
  }

  /** Whether there is a record to go on from. */
  boolean hasRecord() {
    return record != null && !record.isTombstone() && !isAside;
  }

  /** The revision that the key itself has. */
  Revision revision() {
    return record == null || isFormer ? Revision.NONE : record.revision();
  }
}
