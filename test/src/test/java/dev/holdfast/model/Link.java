package dev.holdfast.model;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.test.FaultyStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A process's way to the disk: slow, faulty, and at its end when the process is. What was on its
 * way then may still land later.
 */
final class Link implements StateStore, Enumerable {

  private final WatchedStore disk;
  private final Machine process;
  private final FaultyStateStore faulty;
  private final List<WriteBatch> underway = new ArrayList<>();
  private Duration delay = Duration.ZERO;
  private int calls;
  private boolean closed;

  Link(WatchedStore disk, Machine process) {
    this.disk = disk;
    this.process = process;
    this.faulty = FaultyStateStore.around(new Landing());
  }

  /** What goes wrong. */
  FaultyStateStore faults() {
    return faulty;
  }

  /** From now on each call takes a while. */
  void slow(Duration each) {
    delay = each;
  }

  /** Nothing goes wrong any more, and what hangs goes on. */
  void heal() {
    delay = Duration.ZERO;
    faulty.recover();
  }

  /** The writes that have not landed yet. */
  List<WriteBatch> underway() {
    return List.copyOf(underway);
  }

  /** Whether no call is under way. */
  boolean isIdle() {
    return calls == 0;
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    calls++;
    try {
      pause();
      return Chance.pause(faulty.load(key));
    } finally {
      calls--;
    }
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    if (closed) {
      process.broke("S5", "a runtime that is closed writes " + batch);
    }
    underway.add(batch);
    calls++;
    try {
      pause();
      return Chance.pause(faulty.write(batch));
    } finally {
      underway.remove(batch);
      calls--;
    }
  }

  private void pause() {
    Chance.pause(this);
    if (!delay.isZero()) {
      CompletableFuture<Void> over = new CompletableFuture<>();
      process.schedule(delay, () -> over.complete(null));
      over.join();
    }
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    return disk.keys(module, page);
  }

  @Override
  public List<Due> due(Instant now, int limit) {
    return disk.due(now, limit);
  }

  @Override
  public void close() {
    closed = true; // The disk stays.
  }

  /** The far end: what gets here has landed. */
  private final class Landing implements StateStore, Enumerable {
    @Override
    public Optional<StateRecord> load(StateKey key) {
      return disk.load(key);
    }

    @Override
    public List<WriteResult> write(WriteBatch batch) {
      underway.removeIf(sent -> !Collections.disjoint(sent.entries(), batch.entries()));
      return disk.write(batch);
    }

    @Override
    public Page<StateKey> keys(String module, PageRequest page) {
      return disk.keys(module, page);
    }

    @Override
    public List<Due> due(Instant now, int limit) {
      return disk.due(now, limit);
    }

    @Override
    public void close() {
      // The disk stays.
    }
  }
}
