package dev.holdfast.save;

import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The entries of one batch that go only with others: behind all that stand alone. */
final class Companions {

  private final List<Savable> owners = new ArrayList<>(0);
  private final List<Companion> companions = new ArrayList<>(0);

  /** Adds the companions of states that are in the batch already. */
  void join(List<Savable> states, List<WriteBatch.Entry> entries) {
    Set<StateKey> keys = null;
    for (Savable state : states) {
      for (Companion companion : state.companions()) {
        keys = keys == null ? keysOf(entries) : keys;
        if (keys.add(companion.entry().key())) {
          owners.add(state);
          companions.add(companion);
          entries.add(companion.entry());
        }
      }
    }
  }

  private static Set<StateKey> keysOf(List<WriteBatch.Entry> entries) {
    Set<StateKey> keys = HashSet.newHashSet(entries.size());
    entries.forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  /** Tells companions their results: all of a saved state, and those that held one back. */
  void settle(List<Savable> states, List<WriteResult> results) {
    for (int i = 0; i < companions.size(); i++) {
      boolean saved = results.get(states.indexOf(owners.get(i))) instanceof Saved;
      if (saved || companions.get(i).entry().isMutual()) {
        companions.get(i).outcome().accept(results.get(states.size() + i));
      }
    }
  }
}
