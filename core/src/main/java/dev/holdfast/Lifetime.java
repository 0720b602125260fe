package dev.holdfast;

import dev.holdfast.store.StateRecord;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long a record lives: when its time is up, and whether a write is wanted that prolongs it (law
 * E1). Belongs to the instance's lock.
 */
final class Lifetime {

  private static final long NEVER = Long.MAX_VALUE;

  /** When the record's time is up, in milliseconds of the epoch; {@link #NEVER} for never. */
  private long due = NEVER;

  private boolean touching;

  /** Whether a write is wanted for the sake of the time alone. */
  boolean isTouching() {
    return touching;
  }

  /** Whether the time is up, and nothing is on its way that would prolong it. */
  boolean isOver(Instant now) {
    return !touching && due <= now.toEpochMilli();
  }

  /** Prolongs it if a tenth of it has passed. Returns whether that asks for a write. */
  boolean touch(Duration whole, Instant now) {
    boolean old = due - now.toEpochMilli() <= whole.toMillis() / 10 * 9;
    if (touching || !old) {
      return false;
    }
    touching = true;
    return true;
  }

  void stopTouching() {
    touching = false;
  }

  /** What the record in the store says about its time; null for no record. */
  void note(@Nullable StateRecord record) {
    Instant dueAt = record == null ? null : record.dueAt();
    due = dueAt == null ? NEVER : dueAt.toEpochMilli();
    touching = false;
  }

  /**
   * When a state that is written now has to go; null for never. May run user code: to be called
   * without the lock.
   */
  static <S> @Nullable Instant end(StateModule<S> module, Object state, Instant now) {
    Duration whole = module.expireAfter();
    if (whole != null) {
      return now.plus(whole);
    }
    var dueAt = module.dueAt();
    return dueAt == null ? null : dueAt.apply(module.states().show(state));
  }
}
