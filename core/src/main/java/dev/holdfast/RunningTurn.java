package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The turn that runs, and when it is taken away: a reducer, and what is asked of a module after its
 * handler, lose it to the watchdog (law A7); a handler has a timer of its own. It belongs to the
 * instance's lock. A part of the {@link Mailbox}: there may be millions, and an object of its own
 * costs more than its one field.
 */
abstract sealed class RunningTurn<S> permits Mailbox {

  private @Nullable Turn<S> running;

  void begin(Turn<S> turn, int tick) {
    turn.began = tick;
    turn.ended = false;
    turn.lost = false;
    turn.concluding = false;
    running = turn;
  }

  /** Returns false if the turn has taken too long and is answered already. */
  @SuppressWarnings("ReferenceEquality") // the very turn
  boolean end(Turn<S> turn) {
    if (turn.lost) {
      return false;
    }
    turn.ended = true;
    if (running == turn) {
      running = null;
    }
    return true;
  }

  /** A handler has returned; what is asked of the module now has its own time. */
  void conclude(Turn<S> turn, boolean concluding, int tick) {
    turn.concluding = concluding;
    turn.began = tick;
  }

  boolean isFree() {
    return running == null;
  }

  /** Takes the turn away if it has run since a tick or longer; else null. */
  @Nullable Turn<S> takeStuck(int before) {
    Turn<S> turn = running;
    boolean stuck =
        turn != null && (turn.isInline() || turn.concluding) && turn.began - before <= 0;
    if (turn == null || !stuck) {
      return null;
    }
    turn.lost = true;
    running = null;
    return turn;
  }
}
