package dev.holdfast.save;

import dev.holdfast.store.WriteBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch of what states have to write now.
 *
 * @param nothing those that have nothing to write
 * @param later those that are to be asked again when nothing else is on its way
 * @param heldBack those that do not go without another entry, which cannot go now
 */
record Preparation(
    Batch batch, List<Savable> nothing, List<Savable> later, List<Savable> heldBack) {

  /**
   * Asks states for their newest content.
   *
   * @param alone whether no other batch is on its way, so that entries may go along whose keys
   *     would else be in that, too
   */
  static Preparation of(List<Savable> drained, boolean alone, Outcomes outcomes) {
    Batch batch = new Batch(drained.size());
    List<Savable> nothing = new ArrayList<>(0);
    List<Savable> later = new ArrayList<>(0);
    for (Savable state : drained) {
      WriteBatch.Entry entry = outcomes.prepare(state);
      if (entry == null) {
        nothing.add(state);
      } else if (alone || state.companions().isEmpty()) {
        batch.add(state, entry);
      } else {
        state.withdrawn();
        later.add(state);
      }
    }
    List<Savable> heldBack = alone ? batch.joinCompanions() : List.of();
    return new Preparation(batch, nothing, later, heldBack);
  }
}
