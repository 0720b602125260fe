package dev.holdfast.store;

import java.util.function.Consumer;

/**
 * Ability of a store: tells which records other writers may have changed, so that live instances
 * follow them before they write themselves. It may tell too much, also of a runtime's own writes,
 * and what it misses is found by the next write.
 */
public interface ChangeFeed {

  /**
   * Calls a listener after changes, from a thread of the store's; it does not block.
   *
   * @return ends it; safe to close twice
   */
  Watch watch(Consumer<StateKey> listener);

  /** A listener's place at a feed. */
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    /** Ends it. */
    @Override
    void close();
  }
}
