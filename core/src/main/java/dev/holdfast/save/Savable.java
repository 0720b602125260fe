package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.WriteBatch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One key's state as the saver sees it: something that can say, at the moment of a commit, what is
 * to be written. The saver calls it from its own thread, one call at a time.
 */
public abstract class Savable {

  /** Where this stands in {@link DirtyStates}. */
  enum Place {
    /** Nothing to save, or with the commit in flight. */
    CLEAN,
    /** Waits for its policy's time. */
    DELAYED,
    /** Goes with the next commit. */
    READY
  }

  // Written under the lock of DirtyStates; place and policy are read without it in changed().
  volatile Place place = Place.CLEAN;
  volatile @Nullable SavePolicy policy;
  @Nullable Instant deadline;
  DirtyStates.@Nullable Delayed delayed;

  /** Whether it changed while it was delayed; a lost race only costs one early save. */
  volatile boolean touched;

  /** For subclasses. */
  protected Savable() {}

  /** The key. */
  protected abstract StateKey key();

  /**
   * The newest state as an entry of a batch, or null if there is nothing to write. After this call
   * exactly one of {@link #saved}, {@link #conflicted}, {@link #rejected} or {@link #failed}
   * follows.
   */
  protected abstract WriteBatch.@Nullable Entry prepare();

  /**
   * The prepared entry is durable.
   *
   * @return whether there is more to write by now
   */
  protected abstract boolean saved(Revision revision);

  /**
   * The key had another revision. Finds out what that means; may read the store.
   *
   * @return whether there is something to write again
   * @throws StateStoreException if the store could not be read: the entry is tried again
   */
  protected abstract boolean conflicted(Revision actual);

  /** The store will never take the prepared entry. */
  protected abstract void rejected(String reason);

  /** The outcome of the prepared entry is unknown; it will be asked for again. */
  protected abstract void failed();
}
