package dev.holdfast.save;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a store that are on their way: one is written, the next is prepared meanwhile, and
 * what was written waits to be settled. No state is in two of them. Belongs to the saver's lock.
 */
final class Pipeline {

  private static final int NEVER = Integer.MAX_VALUE;

  /** Taken by who prepares, and in no batch so far. */
  private List<Savable> preparing = List.of();

  /** Prepared, and written when the store is free; others may join it until then. */
  private @Nullable Batch ahead;

  private @Nullable Batch writing;
  private @Nullable Instant writingSince;

  /** Written and not settled; a failed one is the last. */
  private final ArrayDeque<Batch> written = new ArrayDeque<>(2);

  private @Nullable Batch settling;

  /** Whether something waits that goes only when nothing else is on its way. */
  private boolean apart;

  boolean isIdle() {
    return preparing.isEmpty()
        && ahead == null
        && writing == null
        && written.isEmpty()
        && settling == null;
  }

  /**
   * How many states must be ready for one to be worth preparing now: any when nothing is on its
   * way; while a batch is written, half as many as it has, so that nobody is woken for each.
   */
  int worthPreparing() {
    if (isIdle()) {
      return 1;
    }
    return apart || writing == null || !writing.isPlain() || room() == 0
        ? NEVER
        : (writing.size() + 1) / 2;
  }

  /** How many states may join the batch that is prepared ahead. */
  int room() {
    return Savable.MOST_COMPANY - (ahead == null ? 0 : ahead.size());
  }

  /** Until nothing is on its way nothing is prepared ahead any more. */
  void keepApart() {
    apart = true;
  }

  void prepare(List<Savable> states) {
    apart &= !isIdle();
    preparing = states;
  }

  void prepared(Batch batch) {
    preparing = List.of();
    if (ahead != null) {
      ahead.addAll(batch);
    } else if (batch.size() > 0) {
      ahead = batch;
    }
  }

  /** The batch to be written from now on, if there is one and its turn has come; else null. */
  @Nullable Batch begin(Instant now) {
    if (!mayBegin()) {
      return null;
    }
    writing = ahead;
    writingSince = now;
    ahead = null;
    return writing;
  }

  /** What was prepared before a failure must not be written after it. */
  private boolean mayBegin() {
    return ahead != null
        && writing == null
        && (written.isEmpty() || written.getLast().failure() == null);
  }

  void written(Batch batch) {
    writing = null;
    writingSince = null;
    written.add(batch);
  }

  boolean hasWritten() {
    return !written.isEmpty();
  }

  @Nullable Batch settle() {
    settling = written.poll();
    return settling;
  }

  void settled() {
    settling = null;
  }

  /** The states of the batch ahead, which stay there until {@link #dropAhead}. */
  List<Savable> ahead() {
    return ahead == null ? List.of() : ahead.states();
  }

  /** Returns what was there. */
  @Nullable Batch dropAhead() {
    Batch dropped = ahead;
    ahead = null;
    return dropped;
  }

  @Nullable Instant writingSince() {
    return writingSince;
  }

  /** How many states are with the store, or were and are not settled. */
  int inFlight() {
    int flying = settling == null ? 0 : settling.size();
    flying += writing == null ? 0 : writing.size();
    return flying + written.stream().mapToInt(Batch::size).sum();
  }

  /** How many states are to go to the store. */
  int waiting() {
    return preparing.size() + ahead().size();
  }

  /** All states on their way. */
  Set<Savable> states() {
    Set<Savable> all = new LinkedHashSet<>();
    if (settling != null) {
      all.addAll(settling.states());
    }
    written.forEach(batch -> all.addAll(batch.states()));
    if (writing != null) {
      all.addAll(writing.states());
    }
    all.addAll(ahead());
    all.addAll(preparing);
    return all;
  }
}
