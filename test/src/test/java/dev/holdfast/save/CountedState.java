package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A state that is a number, and notices when two writes of it are in flight. */
final class CountedState extends Savable {
  private final StateKey key;
  final AtomicInteger newest = new AtomicInteger();

  // Touched by the one commit in flight alone, or while it is settled, without a lock.
  private boolean inFlight;
  private int prepared;
  int stored;

  /** Whether two writes were in flight, ever. */
  volatile boolean overlapped;

  /** Whether a conflict stays open until {@link #settle}; else it is settled at once. */
  volatile boolean settlesLater;

  /** Runs between the look at the newest and its write. */
  Runnable meanwhile = () -> {};

  private final AtomicReference<@Nullable CompletableFuture<Boolean>> conflict =
      new AtomicReference<>();

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
    meanwhile.run();
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
    if (!settlesLater) {
      return CompletableFuture.completedFuture(true); // It was not ours: write again.
    }
    CompletableFuture<Boolean> settled = new CompletableFuture<>();
    conflict.set(settled);
    return settled;
  }

  /** Ends a conflict that is open: the record was ours after all, or another's. */
  void settle(boolean ours) {
    CompletableFuture<Boolean> settled = conflict.getAndSet(null);
    if (settled != null) {
      stored = ours ? prepared : stored;
      settled.complete(!ours);
    }
  }

  @Override
  protected boolean isInDoubt() {
    return false;
  }

  @Override
  protected CompletableFuture<Boolean> findOut() {
    throw new IllegalStateException("It was not in doubt");
  }

  @Override
  protected boolean rejected(String reason) {
    throw new IllegalStateException(reason);
  }

  @Override
  protected void failed() {
    inFlight = false;
  }

  @Override
  protected void withdrawn() {
    inFlight = false;
  }
}
