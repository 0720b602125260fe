package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A state that is a number, and notices when two writes of it are in flight. */
final class CountedState extends Savable {
  private final StateKey key;
  final AtomicInteger newest = new AtomicInteger();

  // Touched by the one commit in flight alone, without a lock.
  private boolean inFlight;
  private int prepared;
  int stored;

  /** Whether two writes were in flight, ever. */
  volatile boolean overlapped;

  CountedState(String id) {
    key = StateKey.keyed("Counted", id);
  }

  @Override
  public StateKey key() {
    return key;
  }

  @Override
  protected WriteBatch.Entry prepare() {
    overlapped |= inFlight;
    inFlight = true;
    prepared = newest.get();
    return new WriteBatch.Delete(key, Revision.NONE);
  }

  @Override
  protected boolean saved(Revision revision) {
    inFlight = false;
    stored = prepared;
    return false;
  }

  @Override
  protected CompletableFuture<Boolean> conflicted(Revision actual) {
    inFlight = false;
    return CompletableFuture.completedFuture(true); // It was not ours: write again.
  }

  @Override
  protected boolean rejected(String reason) {
    throw new IllegalStateException(reason);
  }

  @Override
  protected void failed() {
    inFlight = false;
  }
}
