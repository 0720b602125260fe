package dev.holdfast.save;

import dev.holdfast.save.Savable.Place;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which states have something to save, and when. A state is in here at most once, however often it
 * changes (law S2): ready for the next commit, or delayed until its policy's time has come.
 *
 * <p>A change does not move a delayed state in the queue; it leaves a mark. When the state's time
 * comes and the mark is there, the state waits for another debounce, but never past its deadline.
 */
final class DirtyStates {

  /** A state's place among the delayed; stale once the state points elsewhere. */
  static final class Delayed {
    final Savable state;
    final Instant due;

    Delayed(Savable state, Instant due) {
      this.state = state;
      this.due = due;
    }
  }

  /** Guards everything below, and the places of the states. */
  private final ReentrantLock lock = new ReentrantLock();

  private final TimeSource time;
  private final Runnable wake;
  private final ArrayDeque<Savable> ready = new ArrayDeque<>();
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>(Comparator.comparing((Delayed d) -> d.due));
  private @Nullable Instant armedFor;
  private TimeSource.@Nullable Timer armed;
  private boolean hurry;

  /**
   * @param wake called outside the lock when something became ready
   */
  DirtyStates(TimeSource time, Runnable wake) {
    this.time = time;
    this.wake = wake;
  }

  /**
   * Notes that a state has changed. The change must be visible to {@link Savable#prepare} before.
   */
  void changed(Savable state, SavePolicy policy) {
    Place place = state.place;
    if (place == Place.READY) {
      return;
    }
    if (place == Place.DELAYED && policy.equals(state.policy)) {
      state.touched = true;
      return;
    }
    boolean due;
    lock.lock();
    try {
      due = enter(state, policy);
    } finally {
      lock.unlock();
    }
    if (due) {
      wake.run();
    }
  }

  private boolean enter(Savable state, SavePolicy policy) {
    if (state.place == Place.READY) {
      return false;
    }
    if (policy.isCommitted() || hurry) {
      makeReady(state);
      return true;
    }
    Instant now = time.instant();
    Instant deadline = now.plus(policy.maxWait());
    if (state.place == Place.CLEAN || deadline.isBefore(Objects.requireNonNull(state.deadline))) {
      state.place = Place.DELAYED;
      state.policy = policy;
      state.deadline = deadline;
      state.touched = false;
      delay(state, now.plus(policy.debounce()));
    }
    return false;
  }

  private void delay(Savable state, Instant due) {
    Delayed entry = new Delayed(state, due);
    state.delayed = entry;
    delayed.add(entry);
    arm();
  }

  private void makeReady(Savable state) {
    state.place = Place.READY;
    state.delayed = null;
    state.deadline = null;
    state.policy = null;
    ready.add(state);
  }

  /** Makes a delayed state ready now. */
  void hurry(Savable state) {
    lock.lock();
    try {
      if (state.place != Place.DELAYED) {
        return;
      }
      makeReady(state);
    } finally {
      lock.unlock();
    }
    wake.run();
  }

  /** From now on nothing is delayed. */
  void hurryAll() {
    lock.lock();
    try {
      hurry = true;
      for (Delayed entry : delayed) {
        if (isCurrent(entry)) {
          makeReady(entry.state);
        }
      }
      delayed.clear();
    } finally {
      lock.unlock();
    }
    wake.run();
  }

  /** Takes states whose commit is due; they are clean until they change again. */
  List<Savable> drain(int atMost) {
    lock.lock();
    try {
      List<Savable> drained = new ArrayList<>(Math.min(atMost, ready.size()));
      while (drained.size() < atMost && !ready.isEmpty()) {
        Savable state = ready.remove();
        state.place = Place.CLEAN;
        drained.add(state);
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** Puts states back that are not saved after all. */
  void putBack(List<Savable> states) {
    lock.lock();
    try {
      for (Savable state : states) {
        if (state.place != Place.READY) {
          makeReady(state);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  boolean hasReady() {
    lock.lock();
    try {
      return !ready.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that waits. */
  List<Savable> all() {
    lock.lock();
    try {
      List<Savable> all = new ArrayList<>(ready);
      delayed.stream().filter(DirtyStates::isCurrent).forEach(entry -> all.add(entry.state));
      return all;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    return all().size();
  }

  private static boolean isCurrent(Delayed entry) {
    return isSame(entry, entry.state.delayed);
  }

  @SuppressWarnings("ReferenceEquality") // an entry is current only if it is the very one
  private static boolean isSame(Delayed entry, @Nullable Delayed other) {
    return entry == other;
  }

  /** Sets the timer for the first delayed state. */
  private void arm() {
    Delayed first = delayed.peek();
    if (first == null || (armedFor != null && !armedFor.isAfter(first.due))) {
      return;
    }
    if (armed != null) {
      armed.close();
    }
    armedFor = first.due;
    armed = time.schedule(Duration.between(time.instant(), first.due), this::onTimer);
  }

  private void onTimer() {
    boolean due = false;
    lock.lock();
    try {
      armedFor = null;
      armed = null;
      Instant now = time.instant();
      for (Delayed d = delayed.peek(); d != null && !d.due.isAfter(now); d = delayed.peek()) {
        delayed.remove();
        due |= isCurrent(d) && promote(d.state, now);
      }
      arm();
    } finally {
      lock.unlock();
    }
    if (due) {
      wake.run();
    }
  }

  private boolean promote(Savable state, Instant now) {
    Instant deadline = Objects.requireNonNull(state.deadline);
    if (!state.touched || !now.isBefore(deadline)) {
      makeReady(state);
      return true;
    }
    state.touched = false;
    Instant next = now.plus(Objects.requireNonNull(state.policy).debounce());
    delay(state, next.isBefore(deadline) ? next : deadline);
    return false;
  }
}
