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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rescued record on its way to its store. Safe to repeat: the writer's mark tells what landed.
 *
 * @param beforeWrite is run before each write, and throws if there must be none any more
 */
record RescueOffer(StateStore store, Rescued whole, Runnable beforeWrite) {

  private static final int MAX_ATTEMPTS = 4;

  /** What became of it. */
  sealed interface Fate {
    /**
     * It is in the store.
     *
     * @param alone whether what was to end with it has been changed since, and stays
     */
    record Stored(boolean alone) implements Fate {}

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
    Put rescued = whole.put();
    Rescued next = whole;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      beforeWrite.run();
      switch (store.write(next.batch()).getFirst()) {
        case Saved saved -> {
          return new Fate.Stored(next.ends().size() < whole.ends().size());
        }
        case Rejected rejected -> {
          return new Fate.Aside(rejected.reason());
        }
        case Conflict conflict -> {
          StateRecord now = store.load(rescued.key()).orElse(null);
          if (isHeldBack(next, now)) {
            next = new Rescued(next.put(), List.of());
            continue;
          }
          Fate fate = fate(now);
          if (fate instanceof Fate.Stored) {
            endOthers();
          }
          if (fate != null) {
            return fate;
          }
          next = new Rescued(over(now), next.ends());
        }
      }
    }
    throw new StoreUnavailableException(
        "The record of %s changes all the time".formatted(Reports.shown(rescued.key())));
  }

  /**
   * Whether the key is as it has to be, so that it is what should end that is not. Then that stays:
   * nothing may be lost (law S6).
   */
  private static boolean isHeldBack(Rescued next, @Nullable StateRecord now) {
    Revision actual = now == null ? Revision.NONE : now.revision();
    return !next.ends().isEmpty() && actual.equals(next.put().expected());
  }

  /** The record had landed, and a crash may have left what ends with it; or not: then nothing. */
  private void endOthers() {
    if (!whole.ends().isEmpty()) {
      beforeWrite.run();
      store.write(
          new WriteBatch(
              whole.ends().stream()
                  .<WriteBatch.Entry>map(end -> new Put(end.key(), end.expected(), end.record()))
                  .toList()));
    }
  }

  /** What another record means for this one; null to go over it. */
  private @Nullable Fate fate(@Nullable StateRecord now) {
    Put rescued = whole.put();
    StateRecord mine = rescued.record();
    if (now == null) {
      return rescued.expected().isNone() || mine.isTombstone() ? null : new Fate.Erased();
    }
    if (now.isTombstone()) {
      return new Fate.Erased();
    }
    if (now.writer().writer() == mine.writer().writer()) {
      boolean holdsIt = now.writer().sequence() >= mine.writer().sequence();
      return holdsIt && !mine.isTombstone() ? new Fate.Stored(false) : null;
    }
    return mine.isTombstone() ? null : new Fate.Aside("another writer changed it since");
  }

  private Put over(@Nullable StateRecord now) {
    Put rescued = whole.put();
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
