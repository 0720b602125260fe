package dev.holdfast;

import dev.holdfast.time.TimeSource.Timer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A handler that has its instance's turn, on a thread of its own. Whoever is first ends the turn:
 * the handler when it returns, or the timer when it takes too long; then what the handler still
 * does is of no effect.
 */
final class HandlerRun<S> {

  private final Engine engine;
  private final Instance<S> instance;
  private final Turn<S> turn;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Thread thread;
  private volatile @Nullable HandlerContext<S> context;
  private @Nullable Timer timer;

  HandlerRun(Engine engine, Instance<S> instance, Turn<S> turn) {
    this.engine = engine;
    this.instance = instance;
    this.turn = turn;
  }

  void start() {
    timer = engine.time.schedule(engine.options.actionTimeout(), this::runOut);
    engine.executor.execute(this::run);
  }

  private void run() {
    thread = Thread.currentThread();
    CurrentTurn before = CurrentTurn.set(new CurrentTurn(instance, turn));
    try {
      for (int attempt = 0; attempt(attempt); attempt++) {}
    } finally {
      thread = null;
      CurrentTurn.set(before);
    }
  }

  /** Returns whether to run again. */
  private boolean attempt(int attempt) {
    try {
      HandlerContext<S> fresh = new HandlerContext<>(engine, instance, turn);
      context = fresh;
      if (ended.get()) {
        return false; // It lost its turn before it had a thread, and is answered.
      }
      turn.restartOrdinals();
      Objects.requireNonNull(turn.handler).handle(fresh);
      S after = fresh.state();
      fresh.revoke();
      if (end()) {
        conclude(() -> TurnRunner.finish(instance, turn, after));
      }
    } catch (Throwable e) { // also an error: the turn ends, and the next one goes on
      if (ended.get()) {
        return false;
      }
      return failed(e, attempt);
    }
    return false;
  }

  private boolean failed(Throwable error, int attempt) {
    if (!end()) {
      return false;
    }
    instance.concludes(turn, true);
    if (TurnRunner.retry(engine, instance, turn, error, attempt)) {
      instance.concludes(turn, false);
      ended.set(false);
      timer = engine.time.schedule(engine.options.actionTimeout(), this::runOut);
      return true;
    }
    drain();
    return false;
  }

  /** Lets the next one run, unless this one has lost its turn even now. */
  private void drain() {
    if (turn.ended || instance.end(turn)) {
      instance.drain();
    }
  }

  private void conclude(Runnable finish) {
    CurrentTurn.set(null); // Who hears of the outcome on this thread is no part of the turn.
    instance.concludes(turn, true);
    try {
      finish.run();
    } catch (HoldfastException e) {
      turn.fail(e);
    } catch (RuntimeException | Error e) {
      turn.fail(new ActionFailedException(turn.title + " failed", e));
    }
    drain();
  }

  private boolean end() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    if (timer != null) {
      timer.close();
    }
    return true;
  }

  private void runOut() {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    HandlerContext<S> given = context;
    if (given != null) {
      given.revoke();
    }
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    engine.steps.execute(
        () -> {
          instance.end(turn);
          turn.fail(
              new ActionTimeoutException(
                  "%s took longer than %s and lost its turn"
                      .formatted(turn.title, engine.options.actionTimeout())));
          engine.executor.execute(instance::drain);
        });
  }
}
