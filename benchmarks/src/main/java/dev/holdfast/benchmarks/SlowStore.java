package dev.holdfast.benchmarks;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A store whose disk is slow: each commit takes so much longer. */
final class SlowStore implements StateStore {

  private final StateStore store;
  private final long nanos;

  SlowStore(StateStore store, Duration slower) {
    this.store = store;
    this.nanos = slower.toNanos();
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return store.load(key);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    long end = System.nanoTime() + nanos;
    List<WriteResult> results = store.write(batch);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    return results;
  }

  @Override
  public void close() {
    store.close();
  }
}
