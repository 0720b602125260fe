package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Copies of records that cannot be read (law R3). A copy has the key of its record, but for the
 * module, whose name no user's module can have; so it is found without a listing, and no two copies
 * are written over each other.
 */
final class Quarantine {

  /** The most copies of one key. */
  static final int MAX_COPIES = 8;

  private static final String NAME = "$quarantine";

  private Quarantine() {}

  /**
   * The key of a copy.
   *
   * @param number from 1
   */
  static StateKey copy(StateKey key, int number) {
    String name = NAME + (number == 1 ? "" : number) + "." + key.module();
    return new StateKey(name, key.scope(), key.id());
  }

  /**
   * Puts a copy of the record that was found aside, in bounded time, and reports it.
   *
   * @param before the instance's epoch when the record was still to be loaded
   */
  static CompletableFuture<StateKey> putAside(
      Engine engine,
      StateStore store,
      StateKey key,
      Instance<?> instance,
      int before,
      Found found) {
    StateRecord record = Objects.requireNonNull(found.record());
    return Load.ask(
        engine,
        () -> {
          StateKey copy = keep(store, key, record, instance.title());
          if (wasErased(engine, instance, before)) {
            Relics.erase(store, instance.module(), key);
          }
          engine.reports.onQuarantined(key, copy);
          return copy;
        });
  }

  /** Whether an erase came meanwhile, of which the state is there, and not the runtime's end. */
  private static boolean wasErased(Engine engine, Instance<?> instance, int before) {
    synchronized (instance) {
      boolean isThere = instance.isLive() || instance.isGone();
      return instance.epoch() != before && (isThere || !engine.refs().isOver());
    }
  }

  /**
   * Makes sure that there is a copy of a record. Blocks, like the store.
   *
   * @return its key
   * @throws UnreadableRecordException if there are too many of that key already
   */
  static StateKey keep(StateStore store, StateKey key, StateRecord record, String title) {
    StateRecord copied =
        new StateRecord(
            record.revision(),
            record.writer(),
            record.schemaVersion(),
            record.writtenAt(),
            null,
            record.content());
    for (int number = 1; number <= MAX_COPIES; number++) {
      StateKey copy = copy(key, number);
      if (isHeld(store, copy, copied) || isWritten(store, copy, copied, title)) {
        return copy;
      }
    }
    throw new UnreadableRecordException(
        "The record of %s at revision %s cannot be read, and there are %d copies of such records aside already. It was left as it is"
            .formatted(title, record.revision(), MAX_COPIES),
        null);
  }

  private static boolean isHeld(StateStore store, StateKey copy, StateRecord record) {
    return store
        .load(copy)
        .filter(held -> held.revision().equals(record.revision()))
        .filter(held -> Arrays.equals(held.content(), record.content()))
        .isPresent();
  }

  private static boolean isWritten(
      StateStore store, StateKey copy, StateRecord record, String title) {
    var result = store.write(WriteBatch.of(new Put(copy, Revision.NONE, record))).getFirst();
    if (result instanceof Rejected rejected) {
      throw new UnreadableRecordException(
          "The record of %s cannot be read, and the store takes no copy of it: %s. It was left as it is"
              .formatted(title, rejected.reason()),
          null);
    }
    // After a conflict it may be a copy that another runtime has made at the same time.
    return result instanceof Saved || isHeld(store, copy, record);
  }
}
