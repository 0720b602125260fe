package dev.holdfast;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteResult.Saved;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What a store has of a key beside its record: records under former names of the module, and copies
 * of unreadable ones. An erase takes them along (law E2).
 */
final class Relics {

  private static final int ATTEMPTS = 3;

  private Relics() {}

  /**
   * Takes them out of the store. Completes when that is durable, or with a {@link LoadException} if
   * the store does not answer.
   */
  static CompletableFuture<Void> erase(
      Engine engine, StateStore store, StateModule<?> module, StateKey key) {
    CompletableFuture<Void> erased =
        Load.ask(
            engine,
            () -> {
              erase(store, module, key);
              return null;
            });
    return erased.exceptionallyCompose(error -> CompletableFuture.failedFuture(typed(error, key)));
  }

  private static Throwable typed(Throwable error, StateKey key) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return cause instanceof HoldfastException || cause instanceof Error
        ? cause
        : Load.typed(error, "What else is to be erased of " + Reports.shown(key));
  }

  /** The same at once. Blocks, like the store. */
  static void erase(StateStore store, StateModule<?> module, StateKey key) {
    List<String> names = new ArrayList<>(module.formerNames());
    names.forEach(name -> remove(store, named(key, name)));
    names.add(module.name());
    for (String name : names) {
      int number = 1;
      boolean quarantines = module.onUnreadable() == Unreadable.QUARANTINE;
      while (number <= Quarantine.MAX_COPIES
          && (remove(store, Quarantine.copy(named(key, name), number)) || quarantines)) {
        number++; // Somebody may have taken one of several away by hand.
      }
    }
  }

  private static StateKey named(StateKey key, String module) {
    return new StateKey(module, key.scope(), key.id());
  }

  /** Returns whether there was a record. */
  private static boolean remove(StateStore store, StateKey key) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      @Nullable StateRecord record = store.load(key).orElse(null);
      if (record == null || record.isTombstone()) {
        return attempt > 0;
      }
      Delete delete = new Delete(key, record.revision());
      if (store.write(WriteBatch.of(delete)).getFirst() instanceof Saved) {
        return true;
      }
    }
    throw new ConflictException(
        "Another writer goes on writing what is to be erased of " + Reports.shown(key));
  }
}
