package dev.holdfast.save;

import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A batch on its way: of which states, what of them is written, and what has become of it. */
final class Batch {

  private final List<Savable> states;
  private final List<WriteBatch.Entry> entries;
  private final Companions companions = new Companions();
  private boolean hasSuspects;
  private @Nullable List<WriteResult> results;
  private @Nullable RuntimeException failure;

  Batch(int capacity) {
    states = new ArrayList<>(capacity);
    entries = new ArrayList<>(capacity);
  }

  void add(Savable state, WriteBatch.Entry entry) {
    states.add(state);
    entries.add(entry);
    hasSuspects |= state.company < Savable.MOST_COMPANY;
  }

  void addAll(Batch later) {
    states.addAll(later.states);
    entries.addAll(later.entries);
    hasSuspects |= later.hasSuspects;
  }

  /** Adds what goes along with its states. See {@link Companions#join}. */
  List<Savable> joinCompanions() {
    return companions.join(states, entries);
  }

  List<Savable> states() {
    return states;
  }

  int size() {
    return states.size();
  }

  /** Whether it is likely to be saved, and touches no keys but those of its states. */
  boolean isPlain() {
    return !hasSuspects && entries.size() == states.size();
  }

  void write(String name, StateStore store, int attempt) {
    try {
      List<WriteResult> answers = CommitEvent.write(store, new WriteBatch(entries), attempt);
      if (answers.size() != entries.size()) {
        throw new StateStoreException(
            "%s gave %d results for %d entries".formatted(name, answers.size(), entries.size()));
      }
      results = answers;
    } catch (RuntimeException e) {
      failure = e;
    } catch (Error e) { // of a store, which is no reason for everything to stop
      failure = new StateStoreException("%s failed with %s".formatted(name, e), e);
    }
  }

  /** Why it failed as a whole, with an unknown outcome; null if it did not. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  /** Tells each state, and what went along with it, its result. */
  void settle(Outcomes outcomes) {
    List<WriteResult> answers = Objects.requireNonNull(results);
    companions.settle(states, answers);
    for (int i = 0; i < states.size(); i++) {
      outcomes.settle(states.get(i), answers.get(i));
    }
  }
}
