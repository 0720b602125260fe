package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One key's state as the saver sees it: something that can say, shortly before a commit, what is to
 * be written. The saver calls it from a thread of its own, one call at a time.
 */
public abstract class Savable {

  /** Where this stands in {@link DirtyStates}. */
  enum Place {
    /** Nothing to save, or in a batch on its way. */
    CLEAN,
    /** Waits for its policy's time. */
    DELAYED,
    /** Has failed by itself and waits to be tried again. */
    PAUSED,
    /** Finds out what a conflict means; nothing of it is written meanwhile. */
    SETTLING,
    /** Goes with the next batch that is prepared, or the first after the one that it is in. */
    READY
  }

  static final int MOST_COMPANY = 1_024;
  private static final int DIVISOR = 8;
  private static final long NEVER = Long.MAX_VALUE;

  // Written under the lock of DirtyStates; place and policy are read without it in changed().
  volatile Place place = Place.CLEAN;
  volatile @Nullable SavePolicy policy;
  @Nullable Instant deadline;
  @Nullable Delayed delayed;

  /**
   * Whether it is in a batch on its way, so that it is not prepared again (law S1). Belongs to the
   * lock of DirtyStates.
   */
  boolean out;

  /** Whether it changed while it was delayed; a lost race only costs one early save. */
  volatile boolean touched;

  /** How often in a row it has failed by itself. */
  volatile int failures;

  /**
   * The most entries of a batch that it goes with. Each time a batch fails, and one of its entries
   * may be why, they all go on in smaller ones, until the guilty one is alone.
   */
  volatile int company = MOST_COMPANY;

  /** How many batches the store had taken when one with this last failed. */
  volatile long failedAt = NEVER;

  /** For subclasses. */
  protected Savable() {}

  /** One entry of a batch of so many may be why that failed. */
  void suspect(int size) {
    company = Math.max(1, Math.min(size, company) / DIVISOR);
  }

  /** Nothing speaks against it. */
  void clear() {
    failures = 0;
    company = MOST_COMPANY;
    failedAt = NEVER;
  }

  /** The key. */
  public abstract StateKey key();

  /**
   * The newest state as an entry of a batch, or null if there is nothing to write. After this call
   * exactly one of {@link #saved}, {@link #conflicted}, {@link #findOut}, {@link #rejected}, {@link
   * #failed} or {@link #withdrawn} follows, unless the saver is closed before.
   *
   * @throws UnfitStateException if it cannot be stored as it is; {@link #rejected} follows
   */
  protected abstract WriteBatch.@Nullable Entry prepare();

  /**
   * What is written with the entry just prepared, and only if that is.
   *
   * @param entry tied to the prepared one
   * @param outcome is told the result, before the prepared entry's own, if that was saved or the
   *     tie is mutual
   */
  public record Companion(WriteBatch.Put entry, Consumer<WriteResult> outcome) {}

  /**
   * The companions of the entry just prepared. One whose key is in the batch already is left out,
   * and is told nothing; if it is mutual, neither it nor the prepared entry is written, and both
   * are told of a conflict.
   */
  protected List<Companion> companions() {
    return List.of();
  }

  /**
   * The prepared entry is durable.
   *
   * @return whether there is more to write by now
   */
  protected abstract boolean saved(Revision revision);

  /**
   * The key had another revision. Finds out what that means, without blocking; nothing else is
   * asked of this state before the answer is there.
   *
   * @return whether there is something to write again; if it fails, the entry is tried again
   */
  protected abstract CompletableFuture<Boolean> conflicted(Revision actual);

  /**
   * Whether an earlier write may be stored of which nothing was heard. A rejection decides nothing
   * then: {@link #findOut} comes first, and the entry is prepared anew.
   */
  protected abstract boolean isInDoubt();

  /**
   * Finds out what is stored, without blocking; nothing else is asked of this state before the
   * answer is there.
   *
   * @return whether there is something to write again; if it fails, the entry is tried again
   */
  protected abstract CompletableFuture<Boolean> findOut();

  /**
   * The store will not take the prepared entry as it is.
   *
   * @return whether it stays to be saved, and is tried again with back-off
   */
  protected abstract boolean rejected(String reason);

  /** The outcome of the prepared entry is unknown; it will be asked for again. */
  protected abstract void failed();

  /** The prepared entry was not given to the store; it will be asked for again. */
  protected abstract void withdrawn();
}
