package dev.holdfast.save;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.time.TimeSource;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes batches of dirty states to a store, one after the other.
 *
 * <p>Two things are done at the same time, by one thread each: a batch is written; and what was
 * written is settled, and the next batch prepared, of states that are in none on its way. Who has
 * prepared a batch writes it, if the store is free, and leaves the rest to another; who has written
 * one writes the next, or does the rest if nobody else does.
 *
 * <p>What was prepared before another batch failed is not written, but prepared anew after that
 * (law S1: nothing overtakes a retry that it may have to follow). Nothing is prepared ahead while
 * the store fails, while the saver closes, and beside entries that go with others: those are
 * prepared, and go, when nothing else is on its way, so that no entry rests on a revision that
 * another one in flight is about to change.
 */
final class Committer {

  private static final int TROUBLES_SHOWN = 100;

  private final String name;
  private final StateStore store;
  private final TimeSource time;
  private final Executor executor;
  private final @Nullable Executor writer;
  private final DirtyStates dirty;
  private final Outcomes outcomes;

  /** Guards the fields below; held for moments only. Taken before that of the dirty states. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Blame blame;
  private final Pipeline pipeline = new Pipeline();

  /** Whether a thread settles and prepares, or is about to. */
  private boolean working;

  private boolean waiting;
  private boolean closing;
  private boolean resting;
  private boolean closed;
  private @Nullable Instant lastCommit;

  /**
   * @param executor runs what is prepared and settled, and with that writes
   * @param writer runs writes as tasks of their own, one at a time; null for where they are
   *     prepared
   */
  Committer(
      String name,
      StateStore store,
      TimeSource time,
      Executor executor,
      @Nullable Executor writer,
      RandomGenerator random,
      SaveListener listener) {
    this.name = name;
    this.store = store;
    this.time = time;
    this.executor = executor;
    this.writer = writer;
    this.blame = new Blame(random);
    this.dirty = new DirtyStates(time, this::wake);
    this.outcomes = new Outcomes(time, random, dirty, listener, this::wakeIfReady);
  }

  DirtyStates dirty() {
    return dirty;
  }

  SaverStatus status() {
    lock.lock();
    try {
      return new SaverStatus(
          blame.failures(),
          blame.failingSince(),
          lastCommit,
          pipeline.writingSince(),
          dirty.size() + pipeline.waiting(),
          pipeline.inFlight(),
          outcomes.troubles.size(),
          outcomes.troubles.first(TROUBLES_SHOWN),
          blame.taken());
    } finally {
      lock.unlock();
    }
  }

  // Closing

  void beginClosing() {
    lock.lock();
    try {
      closing = true;
      waiting = false;
    } finally {
      lock.unlock();
    }
    dirty.hurryAll();
  }

  /** Whether something is to be saved, or on its way. */
  boolean isBusy() {
    return locked(() -> working || !pipeline.isIdle() || dirty.isBusy());
  }

  /** Whether a commit has just failed while this is closing, so that the next one waits. */
  boolean isResting() {
    return locked(() -> resting);
  }

  void endRest() {
    var unused = locked(() -> resting = false);
  }

  /** From now on no write begins. Returns what is not saved. */
  Set<Savable> close() {
    lock.lock();
    try {
      closed = true;
      Set<Savable> unsaved = pipeline.states();
      unsaved.addAll(dirty.all());
      unsaved.addAll(outcomes.troubles.states());
      return unsaved;
    } finally {
      lock.unlock();
    }
  }

  void tellUnsaved(List<StateKey> keys) {
    outcomes.tell(news -> news.onUnsaved(keys));
  }

  private <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  // Who does what

  private void wakeIfReady() {
    if (dirty.hasReady()) {
      wake();
    }
  }

  /** Sees to it that somebody does what there is to do. Returns whether nobody did before. */
  boolean wake() {
    boolean claimed = claim();
    if (claimed) {
      executor.execute(this::work);
    }
    return claimed;
  }

  /** Whether the caller is the one who settles and prepares from now on. */
  private boolean claim() {
    lock.lock();
    try {
      boolean claimed = !working && (pipeline.hasWritten() || isTimeToPrepare());
      working |= claimed;
      return claimed;
    } finally {
      lock.unlock();
    }
  }

  private boolean isTimeToPrepare() {
    if (closed || waiting || resting) {
      return false;
    }
    boolean calm = !closing && blame.failures() == 0;
    return (calm || pipeline.isIdle()) && dirty.ready() >= pipeline.worthPreparing();
  }

  /** Settles, prepares and writes, as one who was claimed for it. */
  private void work() {
    for (Batch begun = settleAndPrepare(); begun != null; begun = settleAndPrepare()) {
      Batch first = begun;
      if (writer != null) {
        writer.execute(() -> writeElsewhere(first));
      } else {
        wake(); // Another thread goes on with the rest.
        write(first);
        if (!claim()) {
          return;
        }
      }
    }
  }

  private void writeElsewhere(Batch first) {
    if (!locked(() -> closed)) { // Else it is named as unsaved, where it is.
      write(first);
      wake();
    }
  }

  /**
   * Does what there is to do. At its end this thread is not claimed any more.
   *
   * @return what is to be written now, or null
   */
  private @Nullable Batch settleAndPrepare() {
    while (true) {
      Batch settled;
      boolean alone;
      List<Savable> drained;
      lock.lock();
      try {
        Batch begun = begin();
        if (begun != null) {
          working = writer != null; // Who writes cannot do the rest, too.
          return begun;
        }
        settled = pipeline.settle();
        alone = pipeline.isIdle();
        drained = settled == null ? drain() : List.of();
        if (settled == null && drained.isEmpty()) {
          working = false;
          return null;
        }
      } finally {
        lock.unlock();
      }
      if (settled != null) {
        settle(settled);
      } else {
        prepare(drained, alone);
      }
    }
  }

  private @Nullable Batch begin() {
    return closed ? null : pipeline.begin(time.instant());
  }

  /** The states to be prepared now; none if it is not the time. */
  private List<Savable> drain() {
    if (!isTimeToPrepare()) {
      return List.of();
    }
    List<Savable> drained = pipeline.isIdle() ? dirty.drain() : dirty.drainAhead(pipeline.room());
    if (drained.isEmpty()) {
      pipeline.keepApart(); // A suspect is first, which goes with few or none.
    } else {
      pipeline.prepare(drained);
    }
    return drained;
  }

  private void prepare(List<Savable> drained, boolean alone) {
    Preparation made = Preparation.of(drained, alone, outcomes);
    dirty.release(made.nothing());
    dirty.giveBack(made.later());
    dirty.release(made.heldBack());
    made.heldBack().forEach(outcomes::heldBack);
    lock.lock();
    try {
      pipeline.prepared(made.batch());
      if (!made.later().isEmpty()) {
        pipeline.keepApart();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes a batch, and those that are prepared by then. */
  private void write(Batch first) {
    for (Batch batch = first; batch != null; batch = next(batch)) {
      batch.write(name, store, locked(blame::failures) + 1);
    }
  }

  private @Nullable Batch next(Batch written) {
    Batch next;
    lock.lock();
    try {
      pipeline.written(written);
      next = begin();
    } finally {
      lock.unlock();
    }
    if (next != null) {
      wake(); // Another thread settles what is written.
    }
    return next;
  }

  // What has become of a batch

  private void settle(Batch batch) {
    RuntimeException failure = batch.failure();
    if (failure == null) {
      dirty.release(batch.states());
      batch.settle(outcomes);
      worked();
    } else {
      withdraw();
      batch.states().forEach(Savable::failed);
      dirty.release(batch.states());
      failed(batch.states(), failure);
    }
  }

  /** What was prepared before a failure is prepared anew after it; nothing speaks against it. */
  private void withdraw() {
    List<Savable> ahead = locked(() -> closed ? List.of() : pipeline.ahead());
    ahead.forEach(Savable::withdrawn);
    dirty.giveBack(ahead);
    if (!ahead.isEmpty()) { // Once closed, it is named as unsaved, where it is.
      var unused = locked(pipeline::dropAhead);
    }
  }

  /** The store has taken a batch. */
  private void worked() {
    boolean recovered;
    lock.lock();
    try {
      pipeline.settled();
      recovered = blame.worked();
      lastCommit = time.instant();
    } finally {
      lock.unlock();
    }
    if (recovered) {
      outcomes.tell(SaveListener::onRecovered);
      outcomes.tell(news -> news.onStoreRestored(name));
    }
  }

  /** A batch failed as a whole, with an unknown outcome. */
  private void failed(List<Savable> states, RuntimeException error) {
    Savable alone = states.size() == 1 ? states.getFirst() : null;
    if (alone != null) {
      outcomes.failed(alone, error);
    }
    Blame.Verdict verdict;
    lock.lock();
    try {
      pipeline.settled();
      verdict = blame.failed(states, error, time.instant());
      if (alone == null) {
        dirty.putBack(states);
      }
      resting = closing;
      waiting = verdict.pause() != null && !closing;
    } finally {
      lock.unlock();
    }
    report(states, verdict, error);
    if (verdict.pause() != null && !isResting()) {
      time.schedule(verdict.pause(), this::resume);
    }
  }

  private void report(List<Savable> states, Blame.Verdict verdict, RuntimeException error) {
    List<StateKey> keys = states.stream().map(Savable::key).toList();
    outcomes.tell(news -> news.onSaveFailed(keys, verdict.failures(), error));
    if (verdict.first()) {
      outcomes.tell(news -> news.onStoreDegraded(name, error));
    }
  }

  private void resume() {
    var unused = locked(() -> waiting = false);
    wakeIfReady();
  }
}
