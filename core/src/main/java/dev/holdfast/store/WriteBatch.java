package dev.holdfast.store;

import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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
   * @throws IllegalArgumentException if two entries have the same key, or one is tied to a key that
   *     the batch does not name or that is tied itself
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

  /**
   * For stores that write one entry after the other: those that stand alone first, then those that
   * are tied to one that was saved.
   *
   * @param write writes one entry, and gives its result
   * @return the results in the batch's order
   */
  public List<WriteResult> writeEach(Function<Entry, WriteResult> write) {
    List<@Nullable WriteResult> results =
        new ArrayList<>(Collections.nCopies(entries.size(), (WriteResult) null));
    Map<StateKey, WriteResult> alone = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).tiedTo() == null) {
        WriteResult result = write.apply(entries.get(i));
        results.set(i, result);
        alone.put(entries.get(i).key(), result);
      }
    }
    for (int i = 0; i < entries.size(); i++) {
      StateKey other = entries.get(i).tiedTo();
      if (other != null) {
        boolean goes = alone.get(other) instanceof Saved;
        results.set(i, goes ? write.apply(entries.get(i)) : left(entries.get(i)));
      }
    }
    return results.stream().map(Objects::requireNonNull).toList();
  }

  /** The result of a tied entry whose other one was not saved. */
  public static Conflict left(Entry entry) {
    return new Conflict(entry.expected());
  }

  /** One conditional write. */
  public sealed interface Entry {
    /** The key to write. */
    StateKey key();

    /** The revision that the key must have now; {@link Revision#NONE} for "no record". */
    Revision expected();

    /**
     * The key of another entry of the batch, without which this one is not written; null for one
     * that stands alone. If the other one is not saved, the result is a {@link Conflict} with the
     * revision that was expected.
     */
    @Nullable StateKey tiedTo();
  }

  /**
   * Stores a record in place of the expected one.
   *
   * @param record carries the revision that the key has afterwards
   */
  public record Put(StateKey key, Revision expected, StateRecord record, @Nullable StateKey tiedTo)
      implements Entry {

    /** A put that stands alone. */
    public Put(StateKey key, Revision expected, StateRecord record) {
      this(key, expected, record, null);
    }

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

    @Override
    public @Nullable StateKey tiedTo() {
      return null;
    }
  }
}
