package dev.holdfast;

import dev.holdfast.StateModule.ErrorHandler;
import dev.holdfast.codec.UnencodableStateException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs the user's part of a turn, and decides what becomes of the turn when that throws. */
final class TurnRunner {

  private static final int MAX_RETRIES = 3;

  private TurnRunner() {}

  /**
   * Runs a turn that has begun.
   *
   * @return false if a handler has the turn now, and drains the mailbox when it has ended
   */
  static <S> boolean run(Engine engine, Instance<S> instance, Turn<S> turn) {
    if (turn.event != null) {
      turn.event.runs();
    }
    switch (turn.known) {
      case APPLIED -> instance.answerAgain(turn);
      case FORGOTTEN ->
          turn.fail(
              new OutcomeUnknownException(
                  "%s has an id that is too old to be remembered".formatted(turn.title)));
      case NO_ROOM ->
          turn.fail(
              new OverloadedException(
                  "%s remembers the actions of %d clients already"
                      .formatted(instance.title(), instance.module().idMemory().clients())));
      case NEW -> {
        return runNew(engine, instance, turn);
      }
    }
    return true;
  }

  private static <S> boolean runNew(Engine engine, Instance<S> instance, Turn<S> turn) {
    if (isTooLate(turn)) {
      turn.fail(Binding.sessionEnded());
    } else if (isStranded(instance, turn)) {
      turn.fail(
          new ConflictException(
              "%s was erased before %s ran".formatted(instance.title(), turn.title)));
    } else if (turn.degraded != null && turn.kind == Turn.Kind.ACTION && !instance.mayMend()) {
      turn.fail(
          new StateRejectedException(
              "%s takes no actions: %s".formatted(instance.title(), turn.degraded)));
    } else if (turn.refusal != null) {
      turn.fail(new OverloadedException("%s did not run: %s".formatted(turn.title, turn.refusal)));
    } else if (turn.behind != null && !turn.isInline()) {
      turn.fail(sentBehind(turn)); // What it does to others cannot be taken back.
    } else if (turn.isInline()) {
      compute(engine, instance, turn);
    } else {
      new HandlerRun<>(engine, instance, turn).start();
      return false;
    }
    return true;
  }

  /**
   * Runs a computation that has begun where it was asked for; then, as every holder of the turn,
   * what has come meanwhile.
   */
  static <S> void runHere(Engine engine, Instance<S> instance, Turn<S> turn) {
    run(engine, instance, turn);
    if (!turn.isOut && (turn.ended || instance.end(turn))) {
      instance.drain();
    }
  }

  /** One that a conflict runs again was accepted while the session was there. */
  private static boolean isTooLate(Turn<?> turn) {
    return turn.kind == Turn.Kind.ACTION
        && turn.binding != null
        && turn.binding.isTooLate()
        && !turn.wasOver();
  }

  /** What a session sent to a record must not begin another's (laws K4 and S5). */
  private static <S> boolean isStranded(Instance<S> instance, Turn<S> turn) {
    return turn.kind == Turn.Kind.ACTION
        && turn.binding != null
        && !turn.unbinds
        && turn.binding.isOfAnotherLife(instance);
  }

  private static <S> void compute(Engine engine, Instance<S> instance, Turn<S> turn) {
    for (int attempt = 0; ; attempt++) {
      try {
        finish(instance, turn, computed(instance, turn));
        return;
      } catch (HoldfastException e) {
        turn.fail(e);
        return;
      } catch (Throwable e) { // also an error: the turn ends, and the next one goes on
        if (!retry(engine, instance, turn, e, attempt)) {
          return;
        }
      }
    }
  }

  /** Only the computation is the turn; who hears of the outcome on this thread is not. */
  private static <S> S computed(Instance<S> instance, Turn<S> turn) {
    CurrentTurn before = CurrentTurn.enter(turn);
    try {
      return Objects.requireNonNull(turn.computation).compute(instance, instance.working(turn));
    } finally {
      CurrentTurn.set(before);
    }
  }

  /** The user's part has given a state: changes keys, or publishes. */
  static <S> void finish(Instance<S> instance, Turn<S> turn, @Nullable S after) {
    if (turn.event != null) {
      turn.event.ran();
    }
    if (after == null) {
      throw new NullPointerException(turn.title + " left null for a state");
    }
    Object held;
    try {
      held = instance.module().states().hold(after, turn.base);
    } catch (UnencodableStateException e) {
      turn.fail(
          new StateRejectedException(
              "%s left a state that cannot be kept: %s".formatted(turn.title, e.getMessage())));
      return;
    }
    StateModule<S> module = instance.module();
    if (turn.unbinds && turn.binding != null) {
      turn.asked = turn.binding.identityVersion();
      changeKey(instance, turn, held, null);
      return;
    }
    if (turn.kind.watchesKey() && module.strategy() instanceof KeyStrategy.WithKey<S> strategy) {
      Binding<S> binding = turn.binding;
      LiveSession session = binding == null ? null : binding.session();
      Binding<S> stale =
          binding != null && binding.isStale() && turn.kind != Turn.Kind.NOTICE ? binding : null;
      turn.asked = binding == null ? Residence.NEVER : binding.identityVersion();
      String from =
          stale == null
              ? Keys.of(module, strategy, instance.working(turn), session)
              : stale.boundId();
      String to = Keys.of(module, strategy, module.states().show(held), session);
      if (!Objects.equals(from, to)) {
        changeKey(instance, turn, held, to);
        return;
      }
      if (stale != null) {
        stale.isUpToDate(turn.asked);
      }
      if (turn.behind != null) {
        turn.fail(sentBehind(turn));
        return;
      }
      if (turn.wasOver() && binding != null && instance.isUnfounded(to)) {
        turn.fail(
            new ConflictException(
                "%s was sent behind a change of the key that was not stored"
                    .formatted(turn.title)));
        return;
      }
    }
    boolean mends = turn.kind == Turn.Kind.ACTION && turn.degraded != null;
    String unmended = mends ? instance.unmended(held) : null;
    if (unmended != null) {
      turn.fail(
          new StateRejectedException(
              "%s takes no action that leaves it so: %s".formatted(instance.title(), unmended)));
      return;
    }
    if (turn.kind == Turn.Kind.ACTION && instance.outgrows(turn, held)) {
      turn.fail(
          new OverloadedException(
              "%s changed nothing: too much is kept in memory without a record"
                  .formatted(turn.title)));
      return;
    }
    instance.publish(turn, held);
  }

  /** It was meant for the new key; on the old one it would be another user's (law K5). */
  private static KeyException sentBehind(Turn<?> turn) {
    return new KeyException(
        turn.title + " was sent behind a change of the key that failed, and was not run",
        turn.behind);
  }

  private static <S> void changeKey(
      Instance<S> instance, Turn<S> turn, Object held, @Nullable String to) {
    if (turn.kind == Turn.Kind.NOTICE) {
      throw new KeyException("%s cannot change the key".formatted(turn.title));
    }
    if (turn.binding == null) {
      throw new KeyException(
          "%s changes the key of %s, and has no session to go along"
              .formatted(turn.title, instance.title()));
    }
    if (turn.wasOver()) { // The session's later actions have not waited, so it cannot move now.
      throw new ConflictException(
          "Another writer changed %s, and %s would go elsewhere now"
              .formatted(instance.title(), turn.title));
    }
    if (!instance.end(turn)) {
      return; // It took too long, and was answered.
    }
    turn.binding.changeKey(turn, new KeySwitch<>(turn.binding, instance, turn, held, to));
  }

  /** Asks the module about an error. Returns whether to run again; else the turn has ended. */
  static <S> boolean retry(
      Engine engine, Instance<S> instance, Turn<S> turn, Throwable error, int attempt) {
    ErrorDecision decision = decide(engine, instance, turn, error);
    switch (decision) {
      case HANDLED -> instance.publish(turn, Objects.requireNonNull(turn.base));
      case RETRY -> {
        if (attempt < MAX_RETRIES) {
          return true;
        }
        turn.fail(failure(turn, error));
      }
      case RETHROW -> turn.fail(failure(turn, error));
    }
    return false;
  }

  private static HoldfastException failure(Turn<?> turn, Throwable error) {
    return error instanceof HoldfastException known
        ? known
        : new ActionFailedException(turn.title + " failed", error);
  }

  private static <S> ErrorDecision decide(
      Engine engine, Instance<S> instance, Turn<S> turn, Throwable error) {
    ErrorHandler<S> hook = instance.module().hooks().onError();
    if (hook == null || !(error instanceof Exception exception)) {
      return ErrorDecision.RETHROW;
    }
    try {
      return hook.onError(new HandlerContext<>(engine, instance, turn), exception);
    } catch (RuntimeException | Error e) {
      engine.reports.threw("onError of module " + instance.module().name(), e);
      return ErrorDecision.RETHROW;
    }
  }
}
