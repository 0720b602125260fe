package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The turns that wait for an instance, and who may run them: one at a time (law A1). Who adds to an
 * idle, open mailbox takes the turn and runs until the mailbox is empty; others only add. While the
 * mailbox is shut, because the state is not loaded, turns wait.
 */
final class Mailbox<S> extends RunningTurn<S> {

  /**
   * The most turns that wait for one instance, hooks not counted: of those a session has one at a
   * time, and its actions are not to run before them (law R1).
   */
  static final int MAX_WAITING = 10_000;

  private final Object lock;

  // All guarded by the lock, which is held for moments only.
  private @Nullable Turn<S> first;
  private @Nullable Turn<S> last;
  private final @Nullable Backlog backlog;
  private int size;
  private boolean open;
  private boolean taken;
  private boolean gone;
  private boolean ended;
  private long places;

  /**
   * @param lock the instance's: who begins a turn and who ends it takes it in any case
   * @param backlog is charged with large payloads while they wait; null if nobody counts
   */
  Mailbox(Object lock, @Nullable Backlog backlog) {
    this.lock = lock;
    this.backlog = backlog;
  }

  /** What became of an addition. */
  enum Added {
    /** Somebody else will run it. */
    QUEUED,
    /** The caller has the turn now and must run what waits. */
    TAKEN,
    /** Too many wait already; it was not added. */
    FULL,
    /** The instance has left memory; it was not added. */
    GONE,
    /** The runtime has ended; it was not added. */
    ENDED
  }

  Added add(Turn<S> turn) {
    synchronized (lock) {
      if (gone) {
        return Added.GONE;
      }
      if (ended) {
        return Added.ENDED;
      }
      if ((size >= MAX_WAITING && !turn.kind.isHook())
          || (turn.bytes > 0 && backlog != null && backlog.isFull())) {
        return Added.FULL;
      }
      charge(turn.bytes);
      if (last == null) {
        first = turn;
      } else {
        last.next = turn;
      }
      last = turn;
      turn.place = ++places;
      size++;
      return takeTurn() ? Added.TAKEN : Added.QUEUED;
    }
  }

  /**
   * Puts turns that were taken out to where they came from, however many wait. Returns whether the
   * caller has the turn.
   */
  boolean putBack(List<Turn<S>> turns) {
    synchronized (lock) {
      turns.forEach(this::insert);
      return takeTurn();
    }
  }

  private void insert(Turn<S> turn) {
    turn.isSeen = false;
    charge(turn.bytes);
    Turn<S> before = null;
    Turn<S> after = first;
    while (after != null && after.place < turn.place) {
      before = after;
      after = after.next;
    }
    turn.next = after;
    if (before == null) {
      first = turn;
    } else {
      before.next = turn;
    }
    if (after == null) {
      last = turn;
    }
    size++;
  }

  /** Puts a turn before all others, while the mailbox is shut. */
  void lead(Turn<S> turn) {
    synchronized (lock) {
      turn.next = first;
      first = turn;
      if (last == null) {
        last = turn;
      }
      size++;
    }
  }

  private void charge(long bytes) {
    if (bytes != 0 && backlog != null) {
      backlog.add(bytes);
    }
  }

  private boolean takeTurn() {
    if (taken || !open || ended || size == 0) {
      return false;
    }
    taken = true;
    return true;
  }

  /** Takes the turn for one that nothing is before, and that does not wait here at all. */
  boolean take(Turn<S> turn) {
    synchronized (lock) {
      if (taken || !open || ended || gone || size > 0) {
        return false;
      }
      taken = true;
      turn.place = ++places;
      return true;
    }
  }

  /** Gives the turn back if nothing waits. Returns false if something does: the caller has it. */
  boolean giveBack() {
    synchronized (lock) {
      taken = size > 0;
      return !taken;
    }
  }

  /** For the holder of the turn: the next to run, or null, and the turn is given back. */
  @Nullable Turn<S> next() {
    synchronized (lock) {
      Turn<S> next = first;
      if (!open || ended || next == null) {
        taken = false;
        return null;
      }
      first = next.next;
      if (first == null) {
        last = null;
      }
      next.next = null;
      size--;
      charge(-next.bytes);
      return next;
    }
  }

  /** Lets turns run. Returns whether the caller has the turn. */
  boolean open() {
    synchronized (lock) {
      open = true;
      return takeTurn();
    }
  }

  /** Lets no more turns run, and takes out all that wait. */
  List<Turn<S>> shut() {
    synchronized (lock) {
      open = false;
      return takeAll();
    }
  }

  /**
   * Takes out all that wait, if the first of them was the first a while ago, at every look since,
   * and nothing ran: whoever has the turn has been given no thread to run them on.
   *
   * @param now in ticks of the watchdog
   * @param before a while ago
   */
  List<Turn<S>> takeStalled(int now, int before) {
    synchronized (lock) {
      Turn<S> next = first;
      if (next == null || !taken) {
        return List.of();
      }
      if (!next.isSeen) {
        next.isSeen = true;
        next.seen = now;
      }
      return next.seen - before <= 0 ? takeAll() : List.of();
    }
  }

  private List<Turn<S>> takeAll() {
    List<Turn<S>> waiting = new ArrayList<>(size);
    for (Turn<S> turn = first; turn != null; turn = turn.next) {
      waiting.add(turn);
      charge(-turn.bytes);
    }
    first = null;
    last = null;
    size = 0;
    return waiting;
  }

  /** Lets no turn run or wait any more, and takes out all that wait. */
  List<Turn<S>> end() {
    synchronized (lock) {
      ended = true;
      return shut();
    }
  }

  boolean isEnded() {
    synchronized (lock) {
      return ended;
    }
  }

  /** Ends it for good, if nothing waits or runs. */
  boolean leave() {
    synchronized (lock) {
      if (taken || size > 0) {
        return false;
      }
      gone = true;
      return true;
    }
  }

  boolean isIdle() {
    synchronized (lock) {
      return !taken && size == 0;
    }
  }
}
