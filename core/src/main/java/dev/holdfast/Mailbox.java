package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The turns that wait for an instance, and who may run them: one at a time (law A1). Who adds to an
 * idle, open mailbox takes the turn and runs until the mailbox is empty; others only add. While the
 * mailbox is shut, because the state is not loaded, turns wait.
 */
final class Mailbox<S> {

  /** The most turns that wait for one instance. */
  static final int MAX_WAITING = 10_000;

  // All guarded by this object's monitor, which is held for moments only.
  private @Nullable Turn<S> first;
  private @Nullable Turn<S> last;
  private final @Nullable Backlog backlog;
  private int size;
  private boolean open;
  private boolean taken;
  private boolean gone;
  private boolean ended;
  private long places;

  /** Counts what was put back; read without the monitor. */
  private volatile int putBacks;

  /**
   * @param backlog is charged with large payloads while they wait; null if nobody counts
   */
  Mailbox(@Nullable Backlog backlog) {
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

  synchronized Added add(Turn<S> turn) {
    if (gone) {
      return Added.GONE;
    }
    if (ended) {
      return Added.ENDED;
    }
    if (size >= MAX_WAITING || (turn.bytes > 0 && backlog != null && backlog.isFull())) {
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

  /**
   * Puts turns that were taken out to where they came from, however many wait. Returns whether the
   * caller has the turn.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the monitor alone
  synchronized boolean putBack(List<Turn<S>> turns) {
    turns.forEach(this::insert);
    putBacks++;
    return takeTurn();
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

  /**
   * For the holder of the turn, before it runs one that it has taken out: puts it back if one that
   * came before it was put back meanwhile (law A1).
   */
  boolean givesWay(Turn<S> turn) {
    return turn.putBacks != putBacks && giveWay(turn);
  }

  private synchronized boolean giveWay(Turn<S> turn) {
    if (first == null || first.place > turn.place) {
      return false;
    }
    insert(turn);
    return true;
  }

  /** Puts a turn before all others, while the mailbox is shut. */
  synchronized void lead(Turn<S> turn) {
    turn.next = first;
    first = turn;
    if (last == null) {
      last = turn;
    }
    size++;
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

  /** For the holder of the turn: the next to run, or null, and the turn is given back. */
  synchronized @Nullable Turn<S> next() {
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
    next.putBacks = putBacks;
    size--;
    charge(-next.bytes);
    return next;
  }

  /** Lets turns run. Returns whether the caller has the turn. */
  synchronized boolean open() {
    open = true;
    return takeTurn();
  }

  /** Lets no more turns run, and takes out all that wait. */
  synchronized List<Turn<S>> shut() {
    open = false;
    return takeAll();
  }

  /**
   * Takes out all that wait, if the first of them was the first a while ago, at every look since,
   * and nothing ran: whoever has the turn has been given no thread to run them on.
   *
   * @param now in ticks of the watchdog
   * @param before a while ago
   */
  synchronized List<Turn<S>> takeStalled(int now, int before) {
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
  synchronized List<Turn<S>> end() {
    ended = true;
    return shut();
  }

  synchronized boolean isEnded() {
    return ended;
  }

  /** Ends it for good, if nothing waits or runs. */
  synchronized boolean leave() {
    if (taken || size > 0) {
      return false;
    }
    gone = true;
    return true;
  }

  synchronized boolean isIdle() {
    return !taken && size == 0;
  }
}
