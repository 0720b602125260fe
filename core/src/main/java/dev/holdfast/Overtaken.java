package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What becomes of the turns that another writer's record has undone (law S4).
 *
 * @param undone how many changes were not committed
 * @param lost how many of them are neither stored, nor run again, nor answered with an error
 * @param stored are in that record, too
 * @param answered may be answered now: others that are stored wait for what they owe
 * @param again run again, before all that came later
 * @param failed can not
 * @param unknown may have been stored before, and the record does not tell
 * @param taken whether whoever undid them has the instance's turn now
 */
record Overtaken<S>(
    long undone,
    long lost,
    List<Turn<S>> stored,
    List<Turn<S>> answered,
    List<Turn<S>> again,
    List<Turn<S>> failed,
    List<Turn<S>> unknown,
    boolean taken) {

  /**
   * What a record does not tell of the writes before it, of which nothing was heard.
   *
   * @param upTo a sequence; what came after it was not stored
   * @param despiteIds whether that goes for actions with ids, too: they went with their life
   */
  record Doubtful(long upTo, boolean despiteIds) {
    static final Doubtful NOTHING = new Doubtful(0, false);

    boolean covers(Turn<?> turn) {
      return turn.sequence <= upTo && (despiteIds || turn.id == null);
    }
  }

  /**
   * Tells them apart.
   *
   * @param turns in their order
   * @param changed how many changes were not committed
   * @param doubt what of them may have been stored before
   * @param state that they are answered with
   * @param knows whether the record holds what a turn does
   * @param takeIn takes in those that are stored; returns those that may be answered now
   * @param putBack puts those that run again before all that came later; whether the turn came with
   *     that
   */
  static <S> Overtaken<S> of(
      List<Turn<S>> turns,
      long changed,
      Doubtful doubt,
      Object state,
      Predicate<Turn<S>> knows,
      UnaryOperator<List<Turn<S>>> takeIn,
      Predicate<List<Turn<S>>> putBack) {
    List<Turn<S>> stored = new ArrayList<>();
    List<Turn<S>> again = new ArrayList<>();
    List<Turn<S>> failed = new ArrayList<>();
    List<Turn<S>> unknown = new ArrayList<>();
    long unaccounted = changed;
    for (Turn<S> turn : turns) {
      turn.result = state;
      unaccounted -= turn.raised ? 1 : 0;
      if (knows.test(turn)) {
        stored.add(turn);
      } else if (doubt.covers(turn)) {
        unknown.add(turn);
      } else if (turn.isInline() && again.size() < Engine.MAX_REPLAYED) {
        again.add(turn);
      } else {
        failed.add(turn);
      }
    }
    long lost =
        unaccounted
            + Stream.concat(failed.stream(), unknown.stream())
                .filter(turn -> turn.raised && turn.done.isDone())
                .count();
    return new Overtaken<>(
        changed, lost, stored, takeIn.apply(stored), again, failed, unknown, putBack.test(again));
  }

  /** Answers those that do not run again. */
  void answer(String title) {
    Unanswered.answer(answered);
    for (Turn<S> turn : failed) {
      turn.fail(
          new ConflictException(
              "Another writer changed %s before %s was stored".formatted(title, turn.title)));
    }
    for (Turn<S> turn : unknown) {
      turn.fail(
          new OutcomeUnknownException(
              "%s may have been stored before another writer changed %s, which does not tell"
                  .formatted(turn.title, title)));
    }
  }
}
