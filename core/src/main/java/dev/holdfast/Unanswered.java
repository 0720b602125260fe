package dev.holdfast;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The turns of an instance that have run and wait to be answered, in order. It belongs to the
 * instance's lock.
 */
final class Unanswered<S> {

  /** The most that wait; a store that hangs fills this, and further actions are refused. */
  static final int MAX = 4 * Mailbox.MAX_WAITING;

  /**
   * Of all instances where nothing waits. Nothing is added to it, and what takes out writes no more
   * into it than is there.
   */
  private static final Unanswered<?> NONE = new Unanswered<>();

  private @Nullable ArrayDeque<Turn<S>> turns;
  private long weight;

  /** Answered already and not committed: what a conflict would make run again. */
  private @Nullable ReplayLog<S> acknowledged;

  @SuppressWarnings("unchecked") // of no turns
  static <S> Unanswered<S> none() {
    return (Unanswered<S>) NONE;
  }

  /** These, or those of its own for one that is about to add a turn. */
  @SuppressWarnings("ReferenceEquality") // the very one
  Unanswered<S> own() {
    return this == NONE ? new Unanswered<>() : this;
  }

  /** These, or none if nothing is left of them. */
  Unanswered<S> left() {
    return turns == null && acknowledged == null ? none() : this;
  }

  boolean isFull() {
    return turns != null && turns.size() >= MAX;
  }

  boolean isEmpty() {
    return turns == null;
  }

  /** What they weigh together, those that need no commit not counted. */
  long weight() {
    return weight;
  }

  void add(Turn<S> turn) {
    weight += turn.weight;
    if (turns == null) {
      turns = new ArrayDeque<>(2);
    }
    turns.add(turn);
  }

  /** Whether a turn that is answered may have to run again. */
  static boolean isToRemember(Turn<?> turn, long committed) {
    return turn.raised && turn.sequence > committed && turn.isInline();
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
      if (isToRemember(turn, committed)) {
        remember(turn);
      } else {
        weight -= turn.weight;
      }
    }
    turns = turns.isEmpty() ? null : turns;
    return taken;
  }

  /** Keeps what is needed to run a turn again. */
  void remember(Turn<S> turn) {
    if (acknowledged == null) {
      acknowledged = new ReplayLog<>();
    }
    if (acknowledged.size() == Engine.MAX_REPLAYED) {
      weight -= acknowledged.remove();
    }
    acknowledged.add(turn);
  }

  /** What is committed needs to run again no more. */
  void committed(long upTo) {
    if (acknowledged != null) {
      weight -= acknowledged.removeUpTo(upTo);
      acknowledged = acknowledged.isEmpty() ? null : acknowledged;
    }
  }

  /**
   * Takes out the reducers that were answered and are not committed, the newest 1,024, in order.
   *
   * @param state stands for their answers
   */
  List<Turn<S>> takeAcknowledged(Object state) {
    List<Turn<S>> taken = acknowledged == null ? List.of() : acknowledged.turns(state);
    taken.forEach(turn -> weight -= turn.weight);
    acknowledged = null;
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

  /** The ids that were added with what the commits so far do not cover. */
  List<ActionId> uncommittedIds(long committed) {
    List<ActionId> ids = new ArrayList<>(0);
    if (turns != null) {
      for (Turn<S> turn : turns) {
        if (turn.id != null && turn.noted && turn.sequence > committed) {
          ids.add(turn.id);
        }
      }
    }
    return ids;
  }

  /** Takes out all that wait, for good: what was answered before is not to run again. */
  List<Turn<S>> drop() {
    List<Turn<S>> taken = takeAll();
    acknowledged = null;
    weight = 0;
    return taken;
  }

  private List<Turn<S>> takeAll() {
    List<Turn<S>> taken = turns == null ? List.of() : List.copyOf(turns);
    taken.forEach(turn -> weight -= turn.weight);
    turns = null;
    return taken;
  }

  /**
   * Those that have waited since a tick or longer for their commit, or for that of one before them,
   * and have not been told so.
   */
  List<Turn<S>> late(int tick) {
    return turns == null
        ? List.of()
        : turns.stream()
            .dropWhile(turn -> !turn.needsCommit)
            .filter(turn -> turn.tick - tick <= 0 && !turn.done.isDone())
            .toList();
  }

  /** All of them, if one has waited since a tick or longer. */
  List<Turn<S>> since(int tick) {
    return turns == null || turns.element().tick - tick > 0 ? List.of() : List.copyOf(turns);
  }

  /** Answers turns, for whoever holds no lock. */
  static <S> void answer(List<Turn<S>> taken) {
    taken.forEach(Turn::answer);
  }
}
