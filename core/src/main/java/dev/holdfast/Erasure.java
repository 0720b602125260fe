package dev.holdfast;

import dev.holdfast.store.StateRecord;
import org.jspecify.annotations.Nullable;

/** Whether a record is to be taken out of the store. Belongs to the instance's lock. */
final class Erasure {

  private boolean isWanted;

  /** Whether that is because its time was up: then another writer's record stays (law E1). */
  private boolean expiring;

  boolean isWanted() {
    return isWanted;
  }

  void begin(boolean expires) {
    isWanted = true;
    expiring = expires;
  }

  /** Whether a record is to go because its time is up, or it was adopted, and for nothing else. */
  boolean isExpiring() {
    return isWanted && expiring;
  }

  /** There is nothing to take away any more. */
  void end() {
    isWanted = false;
  }

  /** A write of this instance's is in the store: a record, or the end of one. */
  void stored(boolean isRecord) {
    isWanted = isWanted && isRecord;
  }

  /** Another writer was first. Returns whether the erase wins over what that one has left. */
  boolean winsOver(@Nullable StateRecord another) {
    isWanted = isWanted && !(expiring && another != null && !another.isTombstone());
    return isWanted;
  }
}
