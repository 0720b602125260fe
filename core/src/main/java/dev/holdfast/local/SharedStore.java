package dev.holdfast.local;

import dev.holdfast.store.ChangeFeed;
import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A store that several states use, each with an engine of its own: none of them closes it, sweeps
 * in it, or leaves a rescue file beside it.
 */
final class SharedStore implements StateStore, Enumerable, ChangeFeed {

  private final StateStore store;

  SharedStore(StateStore store) {
    this.store = store;
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return store.load(key);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    return store.write(batch);
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    return store instanceof Enumerable listed
        ? listed.keys(module, page)
        : new Page<>(List.of(), null);
  }

  /** Nothing: a local state does not expire, and what else is in the store is not its business. */
  @Override
  public List<Due> due(Instant now, int limit) {
    return List.of();
  }

  @Override
  public Watch watch(Consumer<StateKey> listener) {
    return store instanceof ChangeFeed feed ? feed.watch(listener) : () -> {};
  }

  @Override
  public void close() {
    // It belongs to whoever opened it.
  }
}
