package dev.holdfast;

import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import java.util.ArrayList;
import java.util.List;

/**
 * A record that could not be saved, and those that end with it: a guest's whose state it has taken
 * along (law K2), and what is left under former names of its module.
 *
 * @param ends tied to the record
 */
record Rescued(Put put, List<Put> ends) {

  static Rescued of(Put put, List<Companion> companions) {
    return new Rescued(put, companions.stream().map(Companion::entry).toList());
  }

  StateKey key() {
    return put.key();
  }

  /** The same without the end of a record that was erased in another way. */
  Rescued without(StateKey ended) {
    return new Rescued(put, ends.stream().filter(end -> !end.key().equals(ended)).toList());
  }

  /** The whole of it, as one batch. */
  WriteBatch batch() {
    List<WriteBatch.Entry> entries = new ArrayList<>(ends.size() + 1);
    entries.add(put);
    entries.addAll(ends);
    return new WriteBatch(entries);
  }
}
