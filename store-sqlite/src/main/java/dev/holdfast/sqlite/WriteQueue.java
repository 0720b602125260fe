package dev.holdfast.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The batches that wait for the writer; bounded: who comes too early waits for room. */
final class WriteQueue {

  private static final int MAX_WAITING = 256;

  /** So many entries in one commit; a batch that is larger is one by itself. */
  private static final int MAX_ENTRIES = 4_096;

  /** Guards the rest. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final Deque<PendingWrite> waiting = new ArrayDeque<>();
  private boolean closed;

  /**
   * Adds a batch, when there is room.
   *
   * @return false if the queue is closed
   */
  boolean add(PendingWrite write) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.size() == MAX_WAITING && !closed) {
        notFull.await();
      }
      if (closed) {
        return false;
      }
      waiting.add(write);
      notEmpty.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for batches and takes those of the next commit; none at all at the end. */
  List<PendingWrite> take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        notEmpty.awaitUninterruptibly();
      }
      List<PendingWrite> group = new ArrayList<>();
      int entries = 0;
      while (!waiting.isEmpty()
          && (group.isEmpty() || entries + waiting.element().size() <= MAX_ENTRIES)) {
        PendingWrite next = waiting.remove();
        entries += next.size();
        group.add(next);
      }
      notFull.signalAll();
      return group;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more; what waits is still given out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signalAll();
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
