package dev.holdfast;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Answers an instance's turns: in order, each when the commit that covers it is there and what it
 * owes is settled, and shows the state of the last that was answered (law A3). Who waits too long
 * is told so (A7).
 *
 * <p>Its fields belong to the instance's lock; answers are given without it.
 */
final class Acknowledgements<S> extends Audience {

  private final Engine engine;
  private final Instance<S> instance;
  private final Versions versions;
  private Unanswered<S> unanswered = Unanswered.none();
  private boolean watched;

  Acknowledgements(Engine engine, Instance<S> instance, Versions versions) {
    this.engine = engine;
    this.instance = instance;
    this.versions = versions;
  }

  // With the instance's lock held

  Unanswered<S> unanswered() {
    return unanswered;
  }

  /**
   * Takes in a turn that has run.
   *
   * @param weight what it weighs while it waits, if it needs a commit
   * @return who is to be told of the state that it leaves, if it waits for nothing and nobody
   *     before it does: then it is to be answered. Null if it waits here
   */
  @Nullable List<Listener> add(
      Turn<S> turn, boolean needsCommit, long weight, @Nullable CompletableFuture<?> debts) {
    Object result = versions.latest();
    turn.result = result;
    turn.sequence = versions.sequence();
    turn.needsCommit = needsCommit;
    turn.settled = debts;
    turn.tick = engine.watchdog.tick();
    turn.weight = needsCommit ? weight : 0;
    if (debts == null && unanswered.isEmpty() && turn.isReleasable(versions.committed())) {
      if (Unanswered.isToRemember(turn, versions.committed())) {
        unanswered = unanswered.own();
        unanswered.remember(turn);
      }
      return versions.show(result) || turn.raised ? all() : List.of();
    }
    unanswered = unanswered.own();
    unanswered.add(turn);
    if (needsCommit && !watched && versions.isDirty()) {
      watched = true;
      engine.watchdog.watch(instance);
    }
    return null;
  }

  /**
   * Takes in turns that another writer's record holds. Like all others they are answered in order,
   * and when what they owe is settled: that record says nothing of what they have sent (law A3).
   *
   * @return those that may be answered now
   */
  List<Turn<S>> stored(List<Turn<S>> turns) {
    unanswered = turns.isEmpty() ? unanswered : unanswered.own();
    turns.forEach(unanswered::add);
    List<Turn<S>> answered = takeReleasable();
    instance.charge();
    return answered;
  }

  private List<Turn<S>> takeReleasable() {
    List<Turn<S>> released = unanswered.takeReleasable(versions.committed());
    unanswered = unanswered.left();
    return released;
  }

  /**
   * Takes out those that have waited since a tick or longer. They stay applied.
   *
   * @param busy whether turns wait that have not run
   */
  List<Turn<S>> takeLate(int before, boolean busy) {
    watched = busy || (!unanswered.isEmpty() && versions.isDirty());
    return unanswered.late(before);
  }

  /** Who waits is not forgotten, however long that takes: ids are remembered from the answer on. */
  void keepInMind(Instant now) {
    unanswered.since(engine.watchdog.tick() - 1).forEach(turn -> versions.heard(turn.id, now));
  }

  boolean isWatched() {
    return watched;
  }

  // From here on this takes the lock itself

  /** Sees to it that nobody waits here for ever. */
  void watch() {
    synchronized (instance) {
      if (watched) {
        return;
      }
      watched = true;
    }
    engine.watchdog.watch(instance);
  }

  /** Answers what can be answered, now and when a turn's debts are settled. */
  void releaseAfter(@Nullable CompletableFuture<?> debts) {
    if (debts != null) {
      engine.afterAsync(debts, (none, error) -> release());
    }
    release();
  }

  private void release() {
    Runnable replies = released();
    if (replies != null) {
      replies.run();
    }
  }

  /** Takes out what can be answered. Returns what is to be said, or null. */
  @Nullable Runnable released() {
    List<Turn<S>> released;
    List<Listener> told;
    synchronized (instance) {
      released = takeReleasable();
      instance.charge();
      if (released.isEmpty()) {
        return null;
      }
      boolean shown = versions.show(Objects.requireNonNull(released.getLast().result));
      told = shown ? all() : List.of();
    }
    return () -> reply(released, told);
  }

  private static <S> void reply(List<Turn<S>> answered, List<Listener> told) {
    Unanswered.answer(answered);
    told.forEach(Listener::signal);
  }

  /** Tells those that were never begun. */
  void tellStalled(List<Turn<S>> stalled) {
    if (stalled.isEmpty()) {
      return;
    }
    engine.steps.execute(
        () -> {
          for (Turn<S> turn : stalled) {
            turn.fail(
                new ActionTimeoutException(
                    "%s did not begin within %s: handlers that never yield occupy every core"
                        .formatted(turn.title, engine.options.ackTimeout())));
          }
        });
  }

  /** Tells those that have waited too long. */
  void tellLate(List<Turn<S>> late) {
    for (Turn<S> turn : late) {
      turn.done.completeExceptionally(
          new OutcomeUnknownException(
              "The commit of %s did not come within %s; it may still come"
                  .formatted(turn.title, engine.options.ackTimeout())));
    }
  }
}
