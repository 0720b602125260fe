package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import org.jspecify.annotations.Nullable;

/**
 * A rescued record on its way to its store. Safe to repeat: the writer's mark tells what landed.
 */
record RescueOffer(StateStore store, Put rescued) {

  private static final int MAX_ATTEMPTS = 4;

  /** What became of it. */
  sealed interface Fate {
    /** It is in the store. */
    record Stored() implements Fate {}

    /** Its key was erased, and with it this. */
    record Erased() implements Fate {}

    /** The store has something else, or does not take it. */
    record Aside(String reason) implements Fate {}
  }

  /**
   * Offers it.
   *
   * @throws RuntimeException what the store throws: the outcome is unknown
   */
  Fate make() {
    Put next = rescued;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      switch (store.write(WriteBatch.of(next)).getFirst()) {
        case Saved saved -> {
          return new Fate.Stored();
        }
        case Rejected rejected -> {
          return new Fate.Aside(rejected.reason());
        }
        case Conflict conflict -> {
          StateRecord now = store.load(rescued.key()).orElse(null);
          Fate fate = fate(now);
          if (fate != null) {
            return fate;
          }
          next = over(now);
        }
      }
    }
    throw new StoreUnavailableException(
        "The record of %s changes all the time".formatted(Reports.shown(rescued.key())));
  }

  /** What another record means for this one; null to go over it. */
  private @Nullable Fate fate(@Nullable StateRecord now) {
    StateRecord mine = rescued.record();
    if (now == null) {
      return rescued.expected().isNone() || mine.isTombstone() ? null : new Fate.Erased();
    }
    if (now.isTombstone()) {
      return new Fate.Erased();
    }
    if (now.writer().writer() == mine.writer().writer()) {
      boolean holdsIt = now.writer().sequence() >= mine.writer().sequence();
      return holdsIt && !mine.isTombstone() ? new Fate.Stored() : null;
    }
    return mine.isTombstone() ? null : new Fate.Aside("another writer changed it since");
  }

  private Put over(@Nullable StateRecord now) {
    StateRecord mine = rescued.record();
    Revision expected = now == null ? Revision.NONE : now.revision();
    Revision after = now == null ? mine.revision() : expected.next();
    StateRecord record =
        new StateRecord(
            after,
            mine.writer(),
            mine.schemaVersion(),
            mine.writtenAt(),
            mine.dueAt(),
            mine.content());
    return new Put(rescued.key(), expected, record);
  }
}
