package dev.holdfast;

import dev.holdfast.store.Revision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Guests' records that go with the next write: each with the first that holds the guest's state,
 * and with every one after that until one is stored (law K2). Belongs to the instance's lock.
 */
final class Adoptions {

  private @Nullable List<Adoption> going;

  void add(Adoption adoption) {
    if (going == null) {
      going = new ArrayList<>(1);
    }
    going.add(adoption);
  }

  /** Whether a write is wanted for them, be the state stored already or not. */
  boolean isEmpty() {
    return going == null;
  }

  /** What goes with a write of that sequence. */
  List<Adoption> upTo(long sequence) {
    return going == null
        ? List.of()
        : going.stream().filter(adoption -> adoption.sequence() <= sequence).toList();
  }

  /** Whether a guest's record of that revision is still to go. */
  boolean holds(Revision adopted) {
    return going != null
        && going.stream().anyMatch(adoption -> adoption.revision().equals(adopted));
  }

  /** Whether one cannot be adopted any more as it was. */
  boolean hasLost() {
    return going != null && going.stream().anyMatch(Adoption::isLost);
  }

  /** What was adopted up to a sequence that is stored needs to go along no more. */
  void stored(long upTo) {
    if (going != null) {
      going.removeIf(adoption -> adoption.sequence() <= upTo);
      going = going.isEmpty() ? null : going;
    }
  }

  /** The state that held the guests' is gone. */
  void clear() {
    going = null;
  }
}
