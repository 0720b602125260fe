package dev.holdfast;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The turns of an instance that have run and wait to be answered, in order. It belongs to the
 * instance's lock.
 */
final class Unanswered<S> {

  /** The most that wait; a store that hangs fills this, and further actions are refused. */
  static final int MAX = 4 * Mailbox.MAX_WAITING;

  private @Nullable ArrayDeque<Turn<S>> turns;

  boolean isFull() {
    return turns != null && turns.size() >= MAX;
  }

  boolean isEmpty() {
    return turns == null;
  }

  void add(Turn<S> turn) {
    if (turns == null) {
      turns = new ArrayDeque<>(2);
    }
    turns.add(turn);
  }

  /** Takes out those at the front that may be answered. */
  List<Turn<S>> takeReleasable(long committed) {
    if (turns == null || !turns.element().isReleasable(committed)) {
      return List.of();
    }
    List<Turn<S>> taken = new ArrayList<>(turns.size());
    for (Turn<S> turn = turns.peek();
        turn != null && turn.isReleasable(committed);
        turn = turns.peek()) {
      taken.add(turns.remove());
    }
    turns = turns.isEmpty() ? null : turns;
    return taken;
  }

  /**
   * Takes out those that the commits so far do not cover. The others only wait for what they owe,
   * and are answered with a state that replaces theirs.
   */
  List<Turn<S>> takeUncommitted(long committed, Object state) {
    List<Turn<S>> taken = new ArrayList<>();
    for (Turn<S> turn : takeAll()) {
      if (turn.sequence > committed) {
        taken.add(turn);
      } else {
        turn.result = state;
        add(turn);
      }
    }
    return taken;
  }

  List<Turn<S>> takeAll() {
    List<Turn<S>> taken = turns == null ? List.of() : List.copyOf(turns);
    turns = null;
    return taken;
  }

  /** Those that have waited for their commit since a tick or longer, and have not been told so. */
  List<Turn<S>> late(int tick) {
    return turns == null
        ? List.of()
        : turns.stream()
            .filter(turn -> turn.needsCommit && turn.tick - tick <= 0 && !turn.done.isDone())
            .toList();
  }

  /** Answers turns, for whoever holds no lock. */
  static <S> void answer(List<Turn<S>> taken) {
    for (Turn<S> turn : taken) {
      turn.done.complete(Objects.requireNonNull(turn.result));
    }
  }
}
