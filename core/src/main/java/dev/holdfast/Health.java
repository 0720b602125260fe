package dev.holdfast;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a runtime stands at a moment: its stores, and the instances that are not saved although their
 * store works. It names no session.
 *
 * @param stores the stores, the runtime's own first
 * @param degraded instances that cannot be saved as they are, those longest in trouble first; at
 *     most 100 for each store
 * @param degradedInstances how many there are in all
 */
public record Health(List<Store> stores, List<Degraded> degraded, int degradedInstances) {

  /** Copies the lists. */
  public Health {
    stores = List.copyOf(stores);
    degraded = List.copyOf(degraded);
  }

  /** Whether every store is up. */
  public boolean isUp() {
    return stores.stream().allMatch(Store::isUp);
  }

  /** How many keys are not saved yet. */
  public int dirtyKeys() {
    return stores.stream().mapToInt(Store::dirtyKeys).sum();
  }

  /** About how many bytes wait to be saved. */
  public long dirtyBytes() {
    return stores.stream().mapToLong(Store::dirtyBytes).sum();
  }

  /** How many commits have succeeded. */
  public long commits() {
    return stores.stream().mapToLong(Store::commits).sum();
  }

  /** When a commit last succeeded; empty before the first. */
  public Optional<Instant> lastCommit() {
    return stores.stream().flatMap(store -> store.lastCommit().stream()).max(Instant::compareTo);
  }

  /**
   * A store.
   *
   * @param name its type, and a number where there are several of one type
   * @param isUp whether its newest commit succeeded, and none has been under way for longer than
   *     the acknowledgement time-out
   * @param failures how many commits have failed in a row
   * @param downSince when the first of those failed, or the commit began that does not end
   * @param lastCommit when a commit last succeeded
   * @param dirtyKeys how many keys are not saved yet
   * @param dirtyBytes about how many bytes wait to be saved; {@code maxDirtyBytes} bounds them
   * @param commits how many have succeeded
   */
  public record Store(
      String name,
      boolean isUp,
      int failures,
      Optional<Instant> downSince,
      Optional<Instant> lastCommit,
      int dirtyKeys,
      long dirtyBytes,
      long commits) {

    /** Checks that all is there. */
    public Store {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(downSince, "downSince");
      Objects.requireNonNull(lastCommit, "lastCommit");
    }
  }

  /**
   * An instance that is not saved although its store works: the store rejects it or fails for it,
   * or it is too large. It is tried again.
   *
   * @param module its module
   * @param id its id; empty for a session's
   * @param reason for people, without the content
   * @param since when that was first seen
   */
  public record Degraded(String module, Optional<String> id, String reason, Instant since) {

    /** Checks that all is there. */
    public Degraded {
      Objects.requireNonNull(id, "id");
    }
  }
}
