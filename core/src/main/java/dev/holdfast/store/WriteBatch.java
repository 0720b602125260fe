package dev.holdfast.store;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Puts and deletes that become durable together, each conditional on the revision that its key has.
 * A batch names each key at most once.
 *
 * @param entries what to write, in any order
 */
public record WriteBatch(List<Entry> entries) {

  /**
   * Copies the list and checks it.
   *
   * @throws IllegalArgumentException if two entries have the same key
   */
  public WriteBatch {
    entries = List.copyOf(entries);
    Set<StateKey> keys = HashSet.newHashSet(entries.size());
    for (Entry entry : entries) {
      if (!keys.add(entry.key())) {
        throw new IllegalArgumentException(
            "A batch names each key once; twice in this one: " + entry.key());
      }
    }
  }

  /** A batch of these entries. */
  public static WriteBatch of(Entry... entries) {
    return new WriteBatch(List.of(entries));
  }

  /** One conditional write. */
  public sealed interface Entry {
    /** The key to write. */
    StateKey key();

    /** The revision that the key must have now; {@link Revision#NONE} for "no record". */
    Revision expected();
  }

  /**
   * Stores a record in place of the expected one.
   *
   * @param record carries the revision that the key has afterwards
   */
  public record Put(StateKey key, Revision expected, StateRecord record) implements Entry {
    /**
     * Checks the revisions.
     *
     * @throws IllegalArgumentException if the record would leave the revision as it was
     */
    public Put {
      Objects.requireNonNull(key, "key");
      if (record.revision().equals(expected)) {
        throw new IllegalArgumentException(
            "A write changes the revision; %s stays at %s".formatted(key, expected));
      }
    }
  }

  /**
   * Removes the expected record, tombstone or not, and leaves nothing. With an expected revision of
   * {@link Revision#NONE} it succeeds if there is no record.
   */
  public record Delete(StateKey key, Revision expected) implements Entry {
    /** Checks that both are there. */
    public Delete {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(expected, "expected");
    }
  }
}
