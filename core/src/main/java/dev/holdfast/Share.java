package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * One instance's share of what waits for its store. What is charged is always computed from what
 * the instance has, never added up, so that nothing leaks. It belongs to the instance's lock.
 */
final class Share {

  /** For a state that has no record yet. */
  private static final int UNKNOWN_SIZE = 512;

  /** What is kept for one action that waits for its commit. */
  private static final int TURN = 100;

  /** States that follow each other share most of what they hold. */
  private static final int SHARED = 32;

  private final Instance<?> instance;
  private final Backlog backlog;
  private int size = UNKNOWN_SIZE;
  private long charged;

  Share(Instance<?> instance, Backlog backlog) {
    this.instance = instance;
    this.backlog = backlog;
  }

  /** How large the record was when it was last read or made. */
  void measured(int bytes) {
    size = bytes;
  }

  /** What a turn weighs until its commit. */
  long weight(Turn<?> turn) {
    return (long) TURN + turn.bytes + size / SHARED;
  }

  /**
   * Charges what waits now.
   *
   * @param dirty whether the state does
   * @param turns what the turns weigh that wait for their commit
   */
  void charge(boolean dirty, long turns) {
    long now = (dirty ? size : 0) + turns;
    if (now != charged) {
      backlog.add(now - charged);
      charged = now;
    }
  }

  /** Why no action is taken now, or null. */
  @Nullable String refusal() {
    if (backlog.isFull()) {
      return "more than %d bytes wait to be saved".formatted(backlog.most());
    }
    return charged > backlog.mostOfOneKey()
        ? "more than %d bytes of %s wait to be saved"
            .formatted(backlog.mostOfOneKey(), instance.title())
        : null;
  }
}
