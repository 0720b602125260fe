package dev.holdfast.save;

import dev.holdfast.store.StateStore;
import dev.holdfast.time.TimeSource;
import dev.holdfast.time.TimeSource.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Saves the newest state of many keys in one commit (group commit), over any store. A commit begins
 * the moment the last one has ended; what became dirty meanwhile goes with it.
 *
 * <p>The promises: one write in flight per key, because one commit is in flight per store (law S1);
 * any number of changes between two commits is one write (S2); a failed save stays dirty and is
 * tried again with back-off until {@link #close}, and one bad key blocks no other (S3).
 *
 * <p>While a batch is written the next one is prepared, of states that are not in it: a state is
 * asked for its newest content when half as many wait as are being written, else when its commit
 * begins.
 *
 * <p>A commit that fails as a whole may be the store's fault, and then everything waits; or that of
 * one entry, and then smaller and smaller batches find it. A key that has failed alone is written
 * alone from then on: if the store takes others meanwhile, only it waits, and longer each time.
 *
 * <p>Safe for many threads. Nothing of a user's runs on the executor given here.
 */
public final class AutoSaver {

  private static final Duration CLOSING_RETRY = Duration.ofMillis(50);

  private final String name;
  private final TimeSource time;
  private final DirtyStates dirty;
  private final Committer committer;

  private AutoSaver(String name, TimeSource time, Committer committer) {
    this.name = name;
    this.time = time;
    this.dirty = committer.dirty();
    this.committer = committer;
  }

  /**
   * A saver that commits to a store. It does not close the store.
   *
   * @param name of the store, for people
   * @param executor runs two tasks at a time, of which one may block on the store; with one at a
   *     time, nothing is prepared while the store writes. Not one that user code can occupy
   */
  public static AutoSaver start(
      String name,
      StateStore store,
      TimeSource time,
      Executor executor,
      RandomGenerator random,
      SaveListener listener) {
    return start(name, store, time, executor, null, random, listener);
  }

  /**
   * The same with writes that are tasks of their own, which neither begin nor end together with
   * what comes before and after them.
   *
   * @param writer runs one write at a time; null for where it was prepared
   */
  public static AutoSaver start(
      String name,
      StateStore store,
      TimeSource time,
      Executor executor,
      @Nullable Executor writer,
      RandomGenerator random,
      SaveListener listener) {
    return new AutoSaver(
        name, time, new Committer(name, store, time, executor, writer, random, listener));
  }

  /** The name of the store. */
  public String name() {
    return name;
  }

  /** Notes that a state has changed, after the change can be seen by {@link Savable#prepare}. */
  public void changed(Savable state, SavePolicy policy) {
    dirty.changed(state, policy);
  }

  /**
   * Whether {@link #changed} has nothing to do, because the state will be prepared later in any
   * case. To be asked under a lock that {@link Savable#prepare} takes, too, after the change.
   */
  public boolean isNoted(Savable state, SavePolicy policy) {
    return dirty.isNoted(state, policy);
  }

  /** Saves a state with the next commit, whatever its policy, and however often it has failed. */
  public void hurry(Savable state) {
    dirty.hurry(state);
  }

  /** How saving stands now. */
  public SaverStatus status() {
    return committer.status();
  }

  /**
   * Saves everything, trying again until it is done or the time is up.
   *
   * @return what could not be saved
   */
  public Set<Savable> close(Duration within) {
    committer.beginClosing();
    awaitIdle(time.deadline(within));
    Set<Savable> unsaved = committer.close();
    if (!unsaved.isEmpty()) {
      committer.tellUnsaved(unsaved.stream().map(Savable::key).toList());
    }
    return unsaved;
  }

  private void awaitIdle(Deadline deadline) {
    while (committer.isBusy() && !isOver(deadline)) {
      if (committer.isResting()) {
        rest(deadline);
      } else if (!committer.wake()) {
        deadline.pause();
      }
    }
  }

  private static boolean isOver(Deadline deadline) {
    return deadline.left().isZero() || Thread.currentThread().isInterrupted();
  }

  private void rest(Deadline deadline) {
    Deadline rested = time.deadline(CLOSING_RETRY);
    while (!isOver(rested) && !isOver(deadline)) {
      rested.pause();
    }
    committer.endRest();
  }
}
