package dev.holdfast.save;

import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The entries of one batch that go only with others: behind all that stand alone. */
final class Companions {

  private final List<Savable> owners = new ArrayList<>(0);
  private final List<Companion> companions = new ArrayList<>(0);

  /**
   * Adds the companions of states that are in the batch already.
   *
   * @return the states that do not go, because the key of a mutual companion is in the batch with
   *     something else; they are taken out, and such companions are told
   */
  List<Savable> join(List<Savable> states, List<WriteBatch.Entry> entries) {
    Set<StateKey> keys = null;
    List<Savable> held = new ArrayList<>(0);
    for (Savable state : states) {
      List<Companion> its = state.companions();
      if (its.isEmpty()) {
        continue;
      }
      keys = keys == null ? keysOf(entries) : keys;
      if (isHeldBack(its, keys)) {
        held.add(state);
        continue;
      }
      for (Companion companion : its) {
        if (keys.add(companion.entry().key())) {
          owners.add(state);
          companions.add(companion);
        }
      }
    }
    for (Savable state : held) {
      int at = states.indexOf(state);
      states.remove(at);
      entries.remove(at);
    }
    companions.forEach(companion -> entries.add(companion.entry()));
    return held;
  }

  /** The other entry may be stored or not: the two cannot be conditional on each other. */
  private static boolean isHeldBack(List<Companion> companions, Set<StateKey> keys) {
    boolean held = false;
    for (Companion companion : companions) {
      WriteBatch.Put entry = companion.entry();
      if (entry.isMutual() && keys.contains(entry.key())) {
        companion.outcome().accept(new Conflict(entry.record().revision())); // Not what it expects.
        held = true;
      }
    }
    return held;
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
