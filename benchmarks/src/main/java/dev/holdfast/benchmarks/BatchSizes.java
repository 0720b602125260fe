package dev.holdfast.benchmarks;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Passes everything on, and notes how large the batches were. One thread writes. */
final class BatchSizes implements StateStore {

  private final StateStore store;
  private final List<Integer> sizes = new ArrayList<>();

  BatchSizes(StateStore store) {
    this.store = store;
  }

  synchronized void clear() {
    sizes.clear();
  }

  /** Since they were cleared last. */
  synchronized double[] sizes() {
    return sizes.stream().mapToDouble(size -> size).toArray();
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return store.load(key);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    synchronized (this) {
      sizes.add(batch.entries().size());
    }
    return store.write(batch);
  }

  @Override
  public void close() {
    store.close();
  }
}
