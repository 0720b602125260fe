package dev.holdfast;

import dev.holdfast.Found.Leftover;
import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key's records under former names of its module. They go when the key itself is stored, and not
 * before. Belongs to the instance's lock.
 */
final class Leftovers {

  private List<Leftover> records;

  private Leftovers(List<Leftover> records) {
    this.records = records;
  }

  /** Null for none. */
  static @Nullable Leftovers of(List<Leftover> found) {
    return found.isEmpty() ? null : new Leftovers(found);
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /** What a key goes on from: without a revision of its own, a record under a former name. */
  Revision origin(Revision own) {
    return own.isNone() && !records.isEmpty() ? records.getFirst().revision() : own;
  }

  /** Their ends, to go with a write; the outcomes are noted under the lock of the instance. */
  List<Companion> ends(StateKey stored, WriterMark mark, Instant now, Instance<?> instance) {
    List<Companion> ends = new ArrayList<>(records.size());
    for (Leftover left : records) {
      ends.add(new Companion(left.tombstone(stored, mark, now), result -> forget(left, instance)));
    }
    return ends;
  }

  /** One that was not removed now has been written meanwhile, and the next load finds it. */
  private void forget(Leftover left, Instance<?> instance) {
    synchronized (instance) {
      records = records.stream().filter(other -> !other.equals(left)).toList();
    }
  }
}
