package dev.holdfast;

import dev.holdfast.store.Revision;
import org.jspecify.annotations.Nullable;

/**
 * Whether a write may have landed of which nothing was heard, and the last such.
 *
 * <p>Nothing is assumed of it: the next write is prepared anew, under the same expected revision.
 * If the lost one had landed, that conflicts, and the mark in the record (the writer, and the
 * sequence that the record covers) tells what is stored already.
 *
 * <p>Belongs to the instance's lock.
 */
final class Doubt {

  private boolean isOpen;
  private @Nullable Flight last;

  boolean isOpen() {
    return isOpen;
  }

  /** Nothing was heard of a write. */
  void open(@Nullable Flight lost) {
    isOpen = true;
    if (lost != null && !lost.erases() && lost.put() != null) {
      last = lost;
    }
  }

  /** It is known what the store has. */
  void close() {
    isOpen = false;
    last = null;
  }

  /**
   * The last such write, if it can be sent once more: the instance and its record are where they
   * were.
   */
  @Nullable Flight repeatable(int epoch, Revision revision) {
    return last != null && last.isOn(epoch, revision) ? last : null;
  }

  /**
   * Up to which sequence it cannot be told from what is stored now whether ours was stored before:
   * an erase takes the ids away with the rest, and what it erased must not come back (law S5).
   */
  long upTo(Restored now) {
    if (last == null) {
      return 0;
    }
    Revision ours = last.entry().record().revision();
    boolean another = now.revision().equals(ours); // In the place of ours, which did not land then.
    boolean tells = now.isRecord() && now.revision().incarnation() == ours.incarnation();
    return another || tells ? 0 : last.sequence();
  }

  /** Takes that write, which will not be sent again; null if there is none. */
  @Nullable Flight giveUp() {
    Flight lost = last;
    last = null;
    return lost;
  }
}
