package dev.holdfast.save;

import dev.holdfast.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whose fault it is that batches fail: the store's, and then all wait for its back-off, or that of
 * an entry, which smaller and smaller batches find. Belongs to the saver's lock.
 */
final class Blame {

  /**
   * What follows from a failure.
   *
   * @param failures in a row, for people
   * @param first whether the store had not failed before
   * @param pause how long everything waits; null if the next batch may go at once
   */
  record Verdict(int failures, boolean first, @Nullable Duration pause) {}

  private final Backoff backoff;
  private long taken;

  Blame(RandomGenerator random) {
    backoff = new Backoff(random);
  }

  /** How many batches in a row the store has failed for. */
  int failures() {
    return backoff.failures();
  }

  @Nullable Instant failingSince() {
    return backoff.since();
  }

  /** How many batches the store has taken. */
  long taken() {
    return taken;
  }

  /** The store has taken a batch. Returns whether it had failed before. */
  boolean worked() {
    taken++;
    return backoff.reset();
  }

  /** A batch of these states has failed as a whole. */
  Verdict failed(List<Savable> states, RuntimeException error, Instant now) {
    boolean alone = states.size() == 1;
    // The store took others since one of these failed last: then it is not the store. A key that
    // was found so, alone, stays so until it is saved: it must not make the others wait again.
    boolean theirs = states.stream().anyMatch(state -> state.failedAt < taken);
    states.forEach(state -> state.failedAt = theirs && alone ? -1 : taken);
    boolean forGood = !alone && !(error instanceof StoreUnavailableException);
    if (theirs || forGood || backoff.failures() > 0) {
      states.forEach(state -> state.suspect(states.size()));
    }
    if (theirs) {
      int failures = alone ? states.getFirst().failures : Math.max(1, backoff.failures());
      return new Verdict(failures, false, null);
    }
    boolean first = backoff.failures() == 0;
    Duration pause = backoff.next(now);
    // Waiting mends nothing that is for good: a smaller batch.
    return new Verdict(backoff.failures(), first, forGood ? null : pause);
  }
}
