package dev.holdfast.save;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the newest state of many keys in one commit (group commit), over any store. A commit begins
 * the moment the last one has ended; what became dirty meanwhile goes with it.
 *
 * <p>The promises: one write in flight per key, because one commit is in flight per store (law S1);
 * any number of changes between two commits is one write (S2); a failed save stays dirty and is
 * tried again with back-off until {@link #close} (S3). A state is asked for its newest content only
 * when its commit begins.
 *
 * <p>Safe for many threads. Nothing of a user's runs on the executor given here.
 */
public final class AutoSaver {

  private static final Logger log = LoggerFactory.getLogger(AutoSaver.class);

  private static final int MAX_BATCH = 1_024;
  private static final Duration CLOSING_RETRY = Duration.ofMillis(50);

  private final StateStore store;
  private final TimeSource time;
  private final Executor executor;
  private final SaveListener listener;
  private final DirtyStates dirty;

  /** Guards the fields below; held for moments only. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition progress = lock.newCondition();
  private final Backoff backoff;
  private boolean committing;
  private boolean waiting;
  private boolean closing;
  private boolean closed;
  private List<Savable> inFlight = List.of();
  private @Nullable Instant lastCommit;

  private AutoSaver(
      StateStore store,
      TimeSource time,
      Executor executor,
      RandomGenerator random,
      SaveListener listener) {
    this.store = store;
    this.time = time;
    this.executor = executor;
    this.listener = listener;
    this.backoff = new Backoff(random);
    this.dirty = new DirtyStates(time, this::wake);
  }

  /**
   * A saver that commits to a store. It does not close the store.
   *
   * @param executor runs one commit at a time and may block; not one that user code can occupy
   */
  public static AutoSaver start(
      StateStore store,
      TimeSource time,
      Executor executor,
      RandomGenerator random,
      SaveListener listener) {
    return new AutoSaver(store, time, executor, random, listener);
  }

  /** Notes that a state has changed, after the change can be seen by {@link Savable#prepare}. */
  public void changed(Savable state, SavePolicy policy) {
    dirty.changed(state, policy);
  }

  /** Saves a state with the next commit, whatever its policy. */
  public void hurry(Savable state) {
    dirty.hurry(state);
  }

  /** Whether the newest commit succeeded. */
  public boolean isHealthy() {
    lock.lock();
    try {
      return backoff.failures() == 0;
    } finally {
      lock.unlock();
    }
  }

  /** When the newest commit succeeded, or null before the first. */
  public @Nullable Instant lastCommit() {
    lock.lock();
    try {
      return lastCommit;
    } finally {
      lock.unlock();
    }
  }

  /** How many states wait to be saved, those of the commit in flight not counted. */
  public int waiting() {
    return dirty.size();
  }

  /**
   * Saves everything, trying again until it is done or the time is up.
   *
   * @return the keys that could not be saved
   */
  public List<StateKey> close(Duration within) {
    lock.lock();
    try {
      closing = true;
      waiting = false;
    } finally {
      lock.unlock();
    }
    dirty.hurryAll();
    awaitIdle(within.toNanos());
    List<StateKey> unsaved = unsaved();
    if (!unsaved.isEmpty()) {
      tell(() -> listener.onUnsaved(unsaved));
    }
    return unsaved;
  }

  private void awaitIdle(long nanos) {
    lock.lock();
    try {
      while ((committing || dirty.hasReady()) && nanos > 0) {
        if (!committing) {
          startCommitting();
        }
        long slice = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(100));
        nanos -= slice - Math.max(0, progress.awaitNanos(slice));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      lock.unlock();
    }
  }

  private List<StateKey> unsaved() {
    lock.lock();
    try {
      List<StateKey> keys = new ArrayList<>();
      inFlight.forEach(state -> keys.add(state.key()));
      dirty.all().forEach(state -> keys.add(state.key()));
      return keys.stream().distinct().toList();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      if (committing || waiting || closed) {
        return;
      }
      committing = true;
    } finally {
      lock.unlock();
    }
    executor.execute(this::commitAll);
  }

  /** Called with the lock held, by the closing thread. */
  private void startCommitting() {
    committing = true;
    lock.unlock();
    try {
      executor.execute(this::commitAll);
    } finally {
      lock.lock();
    }
  }

  private void commitAll() {
    while (true) {
      List<Savable> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      List<Savable> again = new ArrayList<>();
      RuntimeException error = commit(batch, again);
      if (!ended(again, error)) {
        return;
      }
    }
  }

  /** The next batch; with an empty one this thread has stopped committing. */
  private List<Savable> next() {
    lock.lock();
    try {
      inFlight = closed ? List.of() : dirty.drain(MAX_BATCH);
      if (inFlight.isEmpty()) {
        committing = false;
        progress.signalAll();
      }
      return inFlight;
    } finally {
      lock.unlock();
    }
  }

  /** Puts back what is not saved. Returns whether to go on at once. */
  private boolean ended(List<Savable> again, @Nullable RuntimeException error) {
    Duration pause = null;
    boolean recovered = false;
    lock.lock();
    try {
      inFlight = List.of();
      dirty.putBack(again);
      if (error == null) {
        recovered = backoff.failures() > 0;
        backoff.reset();
        lastCommit = time.instant();
      } else {
        pause = backoff.next();
        committing = false;
        waiting = !closing;
        progress.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (recovered) {
      tell(listener::onRecovered);
    }
    if (pause == null || error == null) {
      return true;
    }
    report(again, error);
    time.schedule(closing ? CLOSING_RETRY : pause, this::resume);
    return false;
  }

  private void report(List<Savable> states, RuntimeException error) {
    List<StateKey> keys = states.stream().map(Savable::key).toList();
    int failures = backoff.failures();
    tell(() -> listener.onSaveFailed(keys, failures, error));
  }

  private void resume() {
    lock.lock();
    try {
      waiting = false;
    } finally {
      lock.unlock();
    }
    if (dirty.hasReady()) {
      wake();
    }
  }

  /**
   * Commits a batch.
   *
   * @param again is given what has to be written again
   * @return what went wrong with the store, or null
   */
  private @Nullable RuntimeException commit(List<Savable> batch, List<Savable> again) {
    List<Savable> states = new ArrayList<>(batch.size());
    List<WriteBatch.Entry> entries = new ArrayList<>(batch.size());
    for (Savable state : batch) {
      WriteBatch.Entry entry = prepared(state);
      if (entry != null) {
        states.add(state);
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      return null;
    }
    List<WriteResult> results;
    try {
      results = store.write(new WriteBatch(entries));
      if (results.size() != entries.size()) {
        throw new StateStoreException(
            "%s gave %d results for %d entries"
                .formatted(store.getClass().getSimpleName(), results.size(), entries.size()));
      }
    } catch (RuntimeException | Error e) {
      states.forEach(Savable::failed);
      again.addAll(states);
      return known(e);
    }
    RuntimeException error = null;
    for (int i = 0; i < results.size(); i++) {
      RuntimeException e = settle(states.get(i), results.get(i), again);
      error = error == null ? e : error;
    }
    return error;
  }

  /** A state that cannot be prepared must not keep the others from being saved. */
  private WriteBatch.@Nullable Entry prepared(Savable state) {
    try {
      return state.prepare();
    } catch (Throwable e) { // also an error: saving goes on
      String reason = "it cannot be prepared: " + e;
      log.error("A state cannot be prepared to be saved", e);
      state.rejected(reason);
      tell(() -> listener.onRejected(state.key(), reason));
      return null;
    }
  }

  private @Nullable RuntimeException settle(
      Savable state, WriteResult result, List<Savable> again) {
    try {
      boolean more =
          switch (result) {
            case Saved saved -> state.saved(saved.revision());
            case Conflict conflict -> state.conflicted(conflict.actual());
            case Rejected rejected -> {
              state.rejected(rejected.reason());
              tell(() -> listener.onRejected(state.key(), rejected.reason()));
              yield false;
            }
          };
      if (more) {
        again.add(state);
      }
      return null;
    } catch (Throwable e) { // also an error: saving goes on
      state.failed();
      again.add(state);
      return known(e);
    }
  }

  private RuntimeException known(Throwable error) {
    return error instanceof RuntimeException known
        ? known
        : new StateStoreException(
            "%s failed with %s".formatted(store.getClass().getSimpleName(), error), error);
  }

  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (Throwable e) { // also an error: saving goes on
      log.warn("A save listener threw", e);
    }
  }
}
