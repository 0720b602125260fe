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
   * @param revision the revision that a key has; asked before anything is written, and only if an
   *     entry is {@linkplain Entry#isMutual mutual}
   * @return the results in the batch's order
   */
  public List<WriteResult> writeEach(
      Function<Entry, WriteResult> write, Function<StateKey, Revision> revision) {
    Map<StateKey, WriteResult> held = heldBack(revision);
    List<@Nullable WriteResult> results =
        new ArrayList<>(Collections.nCopies(entries.size(), (WriteResult) null));
    Map<StateKey, WriteResult> alone = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      StateKey key = entries.get(i).key();
      if (held.containsKey(key)) {
        results.set(i, held.get(key));
      } else if (entries.get(i).tiedTo() == null) {
        WriteResult result = write.apply(entries.get(i));
        results.set(i, result);
        alone.put(key, result);
      }
    }
    for (int i = 0; i < entries.size(); i++) {
      StateKey other = entries.get(i).tiedTo();
      if (other != null && results.get(i) == null) {
        boolean goes = alone.get(other) instanceof Saved;
        results.set(i, goes ? write.apply(entries.get(i)) : left(entries.get(i)));
      }
    }
    return results.stream().map(Objects::requireNonNull).toList();
  }

  /**
   * What is not written because a {@linkplain Entry#isMutual mutual} entry's key has another
   * revision: that entry, and the one that it is tied to.
   *
   * @param revision the revision that a key has; asked only for these
   * @return their results
   */
  public Map<StateKey, WriteResult> heldBack(Function<StateKey, Revision> revision) {
    Map<StateKey, WriteResult> held = new HashMap<>();
    for (Entry entry : entries) {
      StateKey other = entry.tiedTo();
      if (other != null && entry.isMutual()) {
        Revision actual = revision.apply(entry.key());
        if (!actual.equals(entry.expected())) {
          held.put(entry.key(), new Conflict(actual));
          held.put(other, new Conflict(revision.apply(other)));
        }
      }
    }
    return held;
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

    /**
     * Whether {@link #tiedTo} goes for both: the other one is not written without this one, either.
     * If this one's key has another revision than is expected, the result of the other one is a
     * {@link Conflict} with the revision that its key has, be it the expected one.
     */
    boolean isMutual();
  }

  /**
   * Stores a record in place of the expected one.
   *
   * @param record carries the revision that the key has afterwards
   */
  public record Put(
      StateKey key,
      Revision expected,
      StateRecord record,
      @Nullable StateKey tiedTo,
      boolean isMutual)
      implements Entry {

    /** A put that stands alone. */
    public Put(StateKey key, Revision expected, StateRecord record) {
      this(key, expected, record, null);
    }

    /** A put that does not go without another one, which may go without this. */
    public Put(StateKey key, Revision expected, StateRecord record, @Nullable StateKey tiedTo) {
      this(key, expected, record, tiedTo, false);
    }

    /**
     * Checks the revisions.
     *
     * @throws IllegalArgumentException if the record would leave the revision as it was, or it is
     *     mutual and not tied
     */
    public Put {
      Objects.requireNonNull(key, "key");
      if (isMutual && tiedTo == null) {
        throw new IllegalArgumentException(
            "A mutual entry is tied to another; that of %s is not".formatted(key));
      }
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

    @Override
    public boolean isMutual() {
      return false;
    }
  }
}
