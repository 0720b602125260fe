package dev.holdfast.test;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What ties one runtime to a store and a clock that outlive it, until it is cut. */
final class Lifeline {

  private final FaultyStateStore store;
  private final ManualClock clock;
  private volatile boolean cut;

  Lifeline(FaultyStateStore store, ManualClock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * From now on nothing that the runtime still does reaches the store, and no timer of it fires.
   */
  void cut() {
    cut = true;
  }

  StateStore store() {
    return new Store();
  }

  TimeSource time() {
    return new Time();
  }

  private FaultyStateStore live() {
    if (cut) {
      throw new StoreUnavailableException("The runtime that asks has ended");
    }
    return store;
  }

  private final class Store implements StateStore, Enumerable {
    @Override
    public Optional<StateRecord> load(StateKey key) {
      return live().load(key);
    }

    @Override
    public List<WriteResult> write(WriteBatch batch) {
      return live().write(batch);
    }

    @Override
    public Page<StateKey> keys(String module, PageRequest page) {
      return live().keys(module, page);
    }

    @Override
    public List<Due> due(Instant now, int limit) {
      return live().due(now, limit);
    }

    /** The store goes on: what it holds is what the next runtime finds. */
    @Override
    public void close() {}
  }

  private final class Time implements TimeSource {
    @Override
    public Deadline deadline(Duration within) {
      return clock.deadline(within);
    }

    @Override
    public Instant instant() {
      return clock.instant();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return clock.schedule(
          delay,
          () -> {
            if (!cut) {
              task.run();
            }
          });
    }
  }
}
