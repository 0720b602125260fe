package dev.holdfast;

import dev.holdfast.Overtaken.Doubtful;
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
   * What cannot be told from what is stored now, whether it was stored before. An erase takes the
   * ids away with the rest, and what it erased must not come back (law S5); within one life, a
   * record tells of the actions that have an id (S4).
   */
  Doubtful about(Restored now) {
    if (last == null) {
      return Doubtful.NOTHING;
    }
    Revision ours = last.entry().record().revision();
    if (now.revision().equals(ours)) {
      return Doubtful.NOTHING; // In the place of ours, which did not land then.
    }
    boolean sameLife = now.isRecord() && now.revision().incarnation() == ours.incarnation();
    return new Doubtful(last.sequence(), !sameLife);
  }

  /** Takes that write, which will not be sent again; null if there is none. */
  @Nullable Flight giveUp() {
    Flight lost = last;
    last = null;
    return lost;
  }
}
