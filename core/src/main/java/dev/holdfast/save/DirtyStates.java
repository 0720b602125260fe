package dev.holdfast.save;

import dev.holdfast.save.Savable.Place;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which states have something to save, and when. A state is in here at most once, however often it
 * changes (law S2): ready for the next commit, delayed until its policy's time has come, paused
 * until it is to be tried again, or settling a conflict.
 *
 * <p>A state that was drained is out, in a batch on its way, until {@link #release}; what it
 * changes meanwhile waits for that (law S1).
 *
 * <p>A change does not move a delayed state in the queue; it leaves a mark. When the state's time
 * comes and the mark is there, the state waits for another debounce, but never past its deadline.
 */
final class DirtyStates {

  /** Guards everything below, and the places of the states. */
  private final ReentrantLock lock = new ReentrantLock();

  private final TimeSource time;
  private final Runnable wake;
  private final ArrayDeque<Savable> ready = new ArrayDeque<>();

  /** How many are ready and out. */
  private int readyAgain;

  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>(Comparator.comparing((Delayed d) -> d.due));
  private final Set<Savable> settling = new HashSet<>();
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
    if (isNoted(state, policy)) {
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

  /** Whether a change that is visible to {@link Savable#prepare} needs no more than a mark. */
  boolean isNoted(Savable state, SavePolicy policy) {
    Place place = state.place;
    if (place == Place.READY || place == Place.PAUSED) {
      return true;
    }
    if (place != Place.DELAYED || !isSame(policy, state.policy)) {
      return false;
    }
    if (!state.touched) { // A volatile write costs more than all else here.
      state.touched = true;
    }
    return true;
  }

  /** Looks at the objects first: to compare what they hold costs as much as all else here. */
  @SuppressWarnings("ReferenceEquality") // as said
  private static boolean isSame(SavePolicy policy, @Nullable SavePolicy other) {
    return policy == other || policy.equals(other);
  }

  private boolean enter(Savable state, SavePolicy policy) {
    if (state.place == Place.READY || state.place == Place.PAUSED) {
      return false;
    }
    if (state.place == Place.SETTLING) {
      state.touched = true;
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
    if (state.out) {
      readyAgain++;
    } else {
      ready.add(state);
    }
  }

  /** Makes a state ready now, wherever it is. */
  void hurry(Savable state) {
    lock.lock();
    try {
      switch (state.place) {
        case READY -> {}
        case SETTLING -> state.touched = true;
        case CLEAN, DELAYED, PAUSED -> makeReady(state);
      }
    } finally {
      lock.unlock();
    }
    wake.run();
  }

  /** From now on nothing is delayed or paused. */
  void hurryAll() {
    lock.lock();
    try {
      hurry = true;
      for (Delayed entry : delayed) {
        if (entry.isCurrent()) {
          makeReady(entry.state);
        }
      }
      delayed.clear();
    } finally {
      lock.unlock();
    }
    wake.run();
  }

  /** Takes states whose commit is due, for a batch of their own. */
  List<Savable> drain() {
    return drain(Savable.MOST_COMPANY, true);
  }

  /** Takes as many at most for a batch that others are in already: no suspects. */
  List<Savable> drainAhead(int most) {
    return drain(most, false);
  }

  private List<Savable> drain(int atMost, boolean suspects) {
    lock.lock();
    try {
      List<Savable> drained = new ArrayList<>(Math.min(atMost, ready.size()));
      int most = atMost;
      while (!ready.isEmpty()) {
        int company = ready.element().company;
        most = Math.min(most, suspects || company == Savable.MOST_COMPANY ? company : 0);
        if (drained.size() >= most) {
          break;
        }
        drained.add(next());
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  private Savable next() {
    Savable state = ready.remove();
    state.place = Place.CLEAN;
    state.out = true;
    return state;
  }

  /** Their batch is over: they may be drained again when they are ready. */
  void release(List<Savable> states) {
    lock.lock();
    try {
      for (Savable state : states) {
        state.out = false;
        if (state.place == Place.READY) {
          readyAgain--;
          ready.add(state);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Their batch is off: they are ready again, before all others and in their order. */
  void giveBack(List<Savable> states) {
    lock.lock();
    try {
      for (Savable state : states.reversed()) {
        takeOut(state);
        state.out = false;
        state.place = Place.READY;
        ready.addFirst(state);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts states back that are not saved after all. */
  void putBack(List<Savable> states) {
    lock.lock();
    try {
      for (Savable state : states) {
        putBack(state);
      }
    } finally {
      lock.unlock();
    }
  }

  private void putBack(Savable state) {
    if (state.place != Place.READY) {
      makeReady(state);
    }
  }

  /** Lets a state that has failed by itself wait, whatever changes meanwhile. */
  void pause(Savable state, Duration wait) {
    lock.lock();
    try {
      takeOut(state);
      if (hurry) {
        makeReady(state);
        return;
      }
      state.place = Place.PAUSED;
      delay(state, time.instant().plus(wait));
    } finally {
      lock.unlock();
    }
  }

  /** Nothing of a state is to be written until {@link #settled}. */
  void settling(Savable state) {
    lock.lock();
    try {
      state.touched = state.place != Place.CLEAN;
      takeOut(state);
      state.place = Place.SETTLING;
      settling.add(state);
    } finally {
      lock.unlock();
    }
  }

  /** Ends that. */
  void settled(Savable state, boolean more) {
    lock.lock();
    try {
      settling.remove(state);
      state.place = Place.CLEAN;
      if (more || state.touched) {
        makeReady(state);
      }
    } finally {
      lock.unlock();
    }
  }

  private void takeOut(Savable state) {
    switch (state.place) {
      case READY -> {
        if (state.out) {
          readyAgain--;
        } else {
          ready.remove(state);
        }
      }
      case SETTLING -> settling.remove(state);
      case CLEAN, DELAYED, PAUSED -> {}
    }
    state.delayed = null;
    state.deadline = null;
    state.policy = null;
  }

  /** Whether nothing is delayed or paused any more. */
  boolean isHurried() {
    lock.lock();
    try {
      return hurry;
    } finally {
      lock.unlock();
    }
  }

  /** Whether something is ready, or is about to be. */
  boolean isBusy() {
    lock.lock();
    try {
      return !ready.isEmpty() || !settling.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  boolean hasReady() {
    return ready() > 0;
  }

  /** How many may be drained. */
  int ready() {
    lock.lock();
    try {
      return ready.size();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that waits and is not out. */
  List<Savable> all() {
    lock.lock();
    try {
      List<Savable> all = new ArrayList<>(ready);
      all.addAll(settling);
      delayed.stream().filter(Delayed::isCurrent).forEach(entry -> all.add(entry.state));
      return all;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      long later = delayed.stream().filter(Delayed::isCurrent).count();
      return (int) later + ready.size() + readyAgain + settling.size();
    } finally {
      lock.unlock();
    }
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
        due |= d.isCurrent() && promote(d.state, now);
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
    Instant deadline = state.deadline;
    if (deadline == null || !state.touched || !now.isBefore(deadline)) {
      makeReady(state);
      return true;
    }
    state.touched = false;
    Instant next = now.plus(Objects.requireNonNull(state.policy).debounce());
    delay(state, next.isBefore(deadline) ? next : deadline);
    return false;
  }
}
