package dev.holdfast;

import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A guest's record on its way out: it goes in the batch that stores the state which has taken the
 * guest's along, and not without it (law K2). So a crash leaves the guest's state in one of the two
 * records, never in both or in none.
 *
 * @param guest how the guest's record stands in the store
 * @param revision of the guest's record that was adopted
 * @param sequence of the adopting instance: the first that holds the guest's state
 */
record Adoption(RecordWriter<?> guest, Revision revision, long sequence) {

  /** Whether it is of the same record at the same revision. */
  boolean isSame(@Nullable Adoption other) {
    return other != null && revision.equals(other.revision);
  }

  Adoption at(long newSequence) {
    return new Adoption(guest, revision, newSequence);
  }

  /** What goes along with a write of the adopting key; nothing if that record is gone already. */
  List<Companion> companions(StateKey adopting) {
    return guest.leaving(adopting, revision);
  }
}
