package dev.holdfast.save;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.time.TimeSource;
import dev.holdfast.time.TimeSource.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Saves the newest state of many keys in one commit (group commit), over any store. A commit begins
 * the moment the last one has ended; what became dirty meanwhile goes with it.
 *
 * <p>The promises: one write in flight per key, because one commit is in flight per store (law S1);
 * any number of changes between two commits is one write (S2); a failed save stays dirty and is
 * tried again with back-off until {@link #close}, and one bad key blocks no other (S3). A state is
 * asked for its newest content only when its commit begins.
 *
 * <p>A commit that fails as a whole may be the store's fault, and then everything waits; or that of
 * one entry, and then smaller and smaller batches find it. A key that has failed alone is written
 * alone from then on: if the store takes others meanwhile, only it waits, and longer each time.
 *
 * <p>Safe for many threads. Nothing of a user's runs on the executor given here.
 */
public final class AutoSaver {

  private static final Duration CLOSING_RETRY = Duration.ofMillis(50);
  private static final int TROUBLES_SHOWN = 100;

  private final String name;
  private final StateStore store;
  private final TimeSource time;
  private final Executor executor;
  private final DirtyStates dirty;
  private final Outcomes outcomes;

  /** Guards the fields below; held for moments only. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Backoff backoff;
  private long taken;
  private boolean committing;
  private boolean waiting;
  private boolean closing;
  private boolean resting;
  private boolean closed;
  private List<Savable> inFlight = List.of();
  private @Nullable Instant committingSince;
  private @Nullable Instant lastCommit;

  private AutoSaver(
      String name,
      StateStore store,
      TimeSource time,
      Executor executor,
      RandomGenerator random,
      SaveListener listener) {
    this.name = name;
    this.store = store;
    this.time = time;
    this.executor = executor;
    this.backoff = new Backoff(random);
    this.dirty = new DirtyStates(time, this::wake);
    this.outcomes = new Outcomes(time, random, dirty, listener, this::wakeIfReady);
  }

  /**
   * A saver that commits to a store. It does not close the store.
   *
   * @param name of the store, for people
   * @param executor runs one commit at a time and may block; not one that user code can occupy
   */
  public static AutoSaver start(
      String name,
      StateStore store,
      TimeSource time,
      Executor executor,
      RandomGenerator random,
      SaveListener listener) {
    return new AutoSaver(name, store, time, executor, random, listener);
  }

  /** The name of the store. */
  public String name() {
    return name;
  }

  /** Notes that a state has changed, after the change can be seen by {@link Savable#prepare}. */
  public void changed(Savable state, SavePolicy policy) {
    dirty.changed(state, policy);
  }

  /** Saves a state with the next commit, whatever its policy, and however often it has failed. */
  public void hurry(Savable state) {
    dirty.hurry(state);
  }

  private int failures() {
    lock.lock();
    try {
      return backoff.failures();
    } finally {
      lock.unlock();
    }
  }

  /** How saving stands now. */
  public SaverStatus status() {
    lock.lock();
    try {
      return new SaverStatus(
          backoff.failures(),
          backoff.since(),
          lastCommit,
          committingSince,
          dirty.size(),
          inFlight.size(),
          outcomes.troubles.size(),
          outcomes.troubles.first(TROUBLES_SHOWN),
          taken);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Saves everything, trying again until it is done or the time is up.
   *
   * @return what could not be saved
   */
  public Set<Savable> close(Duration within) {
    lock.lock();
    try {
      closing = true;
      waiting = false;
    } finally {
      lock.unlock();
    }
    dirty.hurryAll();
    awaitIdle(time.deadline(within));
    Set<Savable> unsaved = unsaved();
    if (!unsaved.isEmpty()) {
      List<StateKey> keys = unsaved.stream().map(Savable::key).toList();
      outcomes.tell(news -> news.onUnsaved(keys));
    }
    return unsaved;
  }

  private void awaitIdle(Deadline deadline) {
    while (isBusy() && !isOver(deadline)) {
      if (isResting()) {
        rest(deadline);
      } else if (dirty.hasReady() && begins()) {
        executor.execute(this::commitAll);
      } else {
        deadline.pause();
      }
    }
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isOver(Deadline deadline) {
    return deadline.left().isZero() || Thread.currentThread().isInterrupted();
  }

  private boolean isBusy() {
    lock.lock();
    try {
      return committing || dirty.isBusy();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a commit has just failed, so that the next one waits. */
  private boolean isResting() {
    lock.lock();
    try {
      return resting;
    } finally {
      lock.unlock();
    }
  }

  private void rest(Deadline deadline) {
    Deadline rested = time.deadline(CLOSING_RETRY);
    while (!isOver(rested) && !isOver(deadline)) {
      rested.pause();
    }
    lock.lock();
    try {
      resting = false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the closing thread is to begin a commit, because nobody else does. */
  private boolean begins() {
    lock.lock();
    try {
      boolean first = !committing;
      committing = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  private Set<Savable> unsaved() {
    lock.lock();
    try {
      Set<Savable> unsaved = new LinkedHashSet<>(inFlight);
      unsaved.addAll(dirty.all());
      unsaved.addAll(outcomes.troubles.states());
      return unsaved;
    } finally {
      lock.unlock();
    }
  }

  private void wakeIfReady() {
    if (dirty.hasReady()) {
      wake();
    }
  }

  private void wake() {
    lock.lock();
    try {
      if (committing || waiting || resting || closed) {
        return;
      }
      committing = true;
    } finally {
      lock.unlock();
    }
    executor.execute(this::commitAll);
  }

  private void commitAll() {
    for (List<Savable> batch = next(); !batch.isEmpty(); batch = next()) {
      if (!commit(batch)) {
        return;
      }
    }
  }

  /** The next batch; with an empty one this thread has stopped committing. */
  private List<Savable> next() {
    lock.lock();
    try {
      inFlight = closed ? List.of() : dirty.drain();
      committingSince = inFlight.isEmpty() ? null : time.instant();
      if (inFlight.isEmpty()) {
        committing = false;
      }
      return inFlight;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether to go on at once; else this thread has stopped committing. */
  private boolean commit(List<Savable> batch) {
    List<Savable> states = new ArrayList<>(batch.size());
    List<WriteBatch.Entry> entries = new ArrayList<>(batch.size());
    for (Savable state : batch) {
      WriteBatch.Entry entry = outcomes.prepare(state);
      if (entry != null) {
        states.add(state);
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      return true;
    }
    Companions companions = new Companions();
    companions.join(states, entries);
    List<WriteResult> results;
    try {
      results = write(entries);
    } catch (RuntimeException | Error e) {
      states.forEach(Savable::failed);
      return failed(states, known(e));
    }
    companions.settle(states, results);
    for (int i = 0; i < states.size(); i++) {
      outcomes.settle(states.get(i), results.get(i));
    }
    worked();
    return true;
  }

  private List<WriteResult> write(List<WriteBatch.Entry> entries) {
    int attempt = failures() + 1;
    List<WriteResult> results = CommitEvent.write(store, new WriteBatch(entries), attempt);
    if (results.size() != entries.size()) {
      throw new StateStoreException(
          "%s gave %d results for %d entries".formatted(name, results.size(), entries.size()));
    }
    return results;
  }

  private RuntimeException known(Throwable error) {
    return error instanceof RuntimeException known
        ? known
        : new StateStoreException("%s failed with %s".formatted(name, error), error);
  }

  /** The store has taken a batch. */
  private void worked() {
    boolean recovered;
    lock.lock();
    try {
      inFlight = List.of();
      recovered = backoff.reset();
      lastCommit = time.instant();
      taken++;
    } finally {
      lock.unlock();
    }
    if (recovered) {
      outcomes.tell(SaveListener::onRecovered);
      outcomes.tell(news -> news.onStoreRestored(name));
    }
  }

  /** A batch failed as a whole, with an unknown outcome. Returns whether to go on at once. */
  private boolean failed(List<Savable> states, RuntimeException error) {
    Savable alone = states.size() == 1 ? states.getFirst() : null;
    int failures;
    Duration pause = null;
    boolean first = false;
    if (alone != null) {
      outcomes.failed(alone, error);
    }
    lock.lock();
    try {
      inFlight = List.of();
      // The store took others since one of these failed last: then it is not the store. A key that
      // was found so, alone, stays so until it is saved: it must not make the others wait again.
      boolean theirs = states.stream().anyMatch(state -> state.failedAt < taken);
      states.forEach(state -> state.failedAt = theirs && alone != null ? -1 : taken);
      boolean forGood = alone == null && !(error instanceof StoreUnavailableException);
      if (theirs || forGood || backoff.failures() > 0) {
        states.forEach(state -> state.suspect(states.size()));
      }
      if (!theirs) {
        first = backoff.failures() == 0;
        Duration next = backoff.next(time.instant());
        pause = forGood ? null : next; // Waiting mends nothing that is for good: a smaller batch.
      }
      failures = theirs && alone != null ? alone.failures : Math.max(1, backoff.failures());
      if (alone == null) {
        dirty.putBack(states);
      }
      resting = closing;
      if (pause != null || closing) {
        committing = false;
        committingSince = null;
        waiting = !closing;
      }
    } finally {
      lock.unlock();
    }
    report(states, failures, first, error);
    if (pause != null && !closing) {
      time.schedule(pause, this::resume);
    }
    return pause == null && !closing;
  }

  private void report(List<Savable> states, int failures, boolean first, RuntimeException error) {
    List<StateKey> keys = states.stream().map(Savable::key).toList();
    outcomes.tell(news -> news.onSaveFailed(keys, failures, error));
    if (first) {
      outcomes.tell(news -> news.onStoreDegraded(name, error));
    }
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
}
