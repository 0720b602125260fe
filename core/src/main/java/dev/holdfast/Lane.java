package dev.holdfast;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's turns for a module whose state names the key, one at a time: the next one goes to the
 * instance that the last one left the session at (law K5). While the key changes the lane stands
 * still.
 *
 * <p>Its monitor guards what changes here; nothing else is locked under it. Whoever has taken the
 * lane has the session's place at the module to itself, until it frees the lane.
 */
final class Lane<S> {

  /** The most actions of one session that wait for a switch. */
  static final int MAX_WAITING = 1_000;

  /** How often hooks may change the key before that counts as a loop. */
  private static final int MAX_HOOK_SWITCHES = 8;

  private final Binding<S> binding;
  private final Residence<S> residence;

  /** Is charged with large payloads while they wait; null where nothing is saved. */
  private final @Nullable Backlog backlog;

  private final ArrayDeque<Turn<S>> waiting = new ArrayDeque<>(0);
  private boolean busy;
  private @Nullable KeySwitch<S> change;
  private int hookSwitches;

  /** Completes when the turns that are over are answered. */
  private CompletableFuture<?> settled = CompletableFuture.completedFuture(null);

  Lane(Binding<S> binding, Residence<S> residence) {
    this.binding = binding;
    this.residence = residence;
    this.backlog = binding.session().instances().backlogOf(binding.module());
  }

  /** Takes the lane, so that no turn is sent. Returns false if it is busy. */
  synchronized boolean take() {
    boolean took = !busy;
    busy = true;
    return took;
  }

  /** Gives the lane back. */
  void free() {
    next(false);
  }

  /** Takes a turn in, before all that wait; to be sent when the lane is freed. */
  synchronized void submitFirst(Turn<S> turn) {
    waiting.addFirst(turn);
  }

  /** Takes a turn in, behind the earlier ones. */
  void submit(Turn<S> turn, boolean here) {
    boolean full;
    synchronized (this) {
      boolean large = turn.bytes > 0 && backlog != null && backlog.isFull();
      full = large || waiting.size() >= MAX_WAITING;
      if (!full) {
        waiting.add(turn);
        charge(turn.bytes);
        if (busy) {
          return;
        }
        busy = true;
      }
    }
    if (full) {
      turn.fail(
          new OverloadedException(
              "More actions of this session wait for module %s than may: %d, or fewer large ones"
                  .formatted(binding.module().name(), MAX_WAITING)));
    } else {
      next(here);
    }
  }

  /** Sends the next on its way; the way is free when its turn is over. */
  private void next(boolean here) {
    Turn<S> turn = poll();
    if (turn == null) {
      return;
    }
    Instance<S> at = residence.instance();
    if (at == null) {
      turn.fail(
          new LoadException(binding.module().name() + " of this session could not be loaded"));
      next(false);
      return;
    }
    if (!binding.isElsewhere()) {
      begin(turn, at, here);
      return;
    }
    binding
        .engine()
        .after(
            binding.goElsewhere(),
            (none, error) -> {
              if (error == null) {
                begin(turn, residence.at(), false);
              } else {
                turn.fail(Load.typed(error, binding.module().name() + " of a session"));
                next(false);
              }
            });
  }

  private void begin(Turn<S> turn, Instance<S> at, boolean here) {
    if (isTooOld(turn) || isTooLate(turn)) {
      next(false);
      return;
    }
    turn.whenOver(() -> over(turn));
    if (residence.boundId() != null && !at.isLive()) {
      CompletableFuture<?> there = binding.there();
      boolean inTime = here && there.isDone(); // Else it is another thread that goes on.
      binding.engine().after(there, (none, error) -> send(turn, inTime));
    } else {
      send(turn, here);
    }
  }

  private synchronized @Nullable Turn<S> poll() {
    Turn<S> turn = waiting.poll();
    busy = turn != null;
    charge(turn == null ? 0 : -turn.bytes);
    return turn;
  }

  private void charge(long bytes) {
    if (bytes != 0 && backlog != null) {
      backlog.add(bytes);
    }
  }

  /** Sends a turn to where the session is, after a look whether that is still its place. */
  private void send(Turn<S> turn, boolean here) {
    Instance<S> at = residence.at();
    if (at.isLive() && residence.isStranded(at)) {
      CompletableFuture<?> left = binding.leaveStrand();
      boolean inTime = here && left.isDone();
      binding.engine().after(left, (none, error) -> residence.submit(residence.at(), turn, inTime));
    } else {
      residence.submit(at, turn, here);
    }
  }

  /**
   * Asks the session's row about a turn's id. One that it has, and one that has nothing to do, is
   * only answered; that is the instance's, which may have to come back into memory for it.
   *
   * @return whether it was refused, because its time is over
   */
  private boolean isTooOld(Turn<S> turn) {
    StateModule<S> module = binding.module();
    ActionIds.Known known =
        turn.id == null || !module.isPersistent()
            ? ActionIds.Known.NEW
            : binding.session().row().look(module, turn.id);
    if (known == ActionIds.Known.FORGOTTEN) {
      turn.fail(
          new OutcomeUnknownException(
              turn.title + " was sent before a change of the key, and is not run after it"));
      return true;
    }
    turn.isStored =
        known == ActionIds.Known.APPLIED || (turn.unbinds && residence.boundId() == null);
    return false;
  }

  /**
   * Refuses what would run in a runtime that is closed, or for a session that has ended elsewhere:
   * nothing of it is noted any more, so that what it has done would be done again (law A6).
   */
  private boolean isTooLate(Turn<S> turn) {
    boolean late = binding.session().instances().isOver();
    if (late) {
      turn.fail(new ClosedException("The runtime was closed before it ran"));
    } else if (binding.module().isPersistent() && binding.session().row().endedElsewhere()) {
      late = true;
      turn.fail(Binding.sessionEnded());
    }
    return late;
  }

  private void over(Turn<S> turn) {
    synchronized (this) {
      // Turns of one instance are answered in order, but one that failed is answered at once.
      if (settled.isDone() || !turn.done.isDone()) {
        settled = turn.done;
      }
      busy = !waiting.isEmpty();
      if (!busy) {
        return;
      }
    }
    binding.engine().steps.execute(() -> next(false));
  }

  // Changes of the key

  /** The turn that has just run changed the key: the lane stays busy until the switch is over. */
  void changeKey(Turn<S> turn, KeySwitch<S> newest) {
    CompletableFuture<?> earlier;
    synchronized (this) {
      boolean loops =
          turn.kind == Turn.Kind.HOOK && !turn.follows && ++hookSwitches > MAX_HOOK_SWITCHES;
      earlier = loops ? null : settled;
      change = loops ? change : newest;
    }
    if (earlier == null) {
      turn.fail(new KeyException(turn.title + " changes the key over and over"));
    } else {
      newest.start(earlier.handle((done, error) -> done));
    }
  }

  /** How far the newest change of the key has come; null before the first. */
  synchronized KeySwitch.@Nullable Step step() {
    return change == null ? null : change.step();
  }

  /** A change of the key has failed: what was sent behind it is not for the old key. */
  synchronized void stayed(Throwable error) {
    waiting.forEach(turn -> turn.behind = error);
  }

  /** The session has moved: what waits follows a change that has not failed. */
  synchronized void moved() {
    waiting.forEach(turn -> turn.behind = null);
  }
}
