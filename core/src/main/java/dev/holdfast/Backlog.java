package dev.holdfast;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes wait for one store: states that are not saved yet, actions that wait with large
 * payloads, and what is kept to answer or repeat those that wait for their commit (law S3). An
 * estimate: states count as large as their last record.
 */
final class Backlog {

  /** No key has more than this part. */
  private static final int KEY_PART = 8;

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /** Whether there is too much; apart from the count, which changes all the time. */
  private volatile boolean full;

  Backlog(long most) {
    this.most = most;
  }

  void add(long delta) {
    boolean over = bytes.addAndGet(delta) > most;
    while (over != full) {
      full = over;
      over = bytes.get() > most; // Whoever has crossed the line meanwhile saw the old word.
    }
  }

  boolean isFull() {
    return full;
  }

  long bytes() {
    return bytes.get();
  }

  long most() {
    return most;
  }

  long mostOfOneKey() {
    return most / KEY_PART;
  }
}
