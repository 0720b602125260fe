package dev.holdfast.model;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The disk: what is here survives every crash. Each write that lands is shown to the judge. */
final class WatchedStore implements StateStore, Enumerable {

  private final StateStore store = StateStore.inMemory();
  private final Enumerable listing = (Enumerable) store;
  private final Consumer<WriteBatch.Entry> judge;

  WatchedStore(Consumer<WriteBatch.Entry> judge) {
    this.judge = judge;
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return store.load(key);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    List<WriteResult> results = store.write(batch);
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof Saved) {
        judge.accept(batch.entries().get(i));
      }
    }
    return results;
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    return listing.keys(module, page);
  }

  @Override
  public List<Due> due(Instant now, int limit) {
    return listing.due(now, limit);
  }

  @Override
  public void close() {
    // The disk stays.
  }
}
