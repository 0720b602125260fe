package dev.holdfast;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Somebody who wants to hear of changes, wherever the session goes. Calls never overlap; signals
 * that come during a call are answered by one more.
 */
final class Listener implements Subscription {

  private final Executor executor;
  private final Reports reports;
  private final Consumer<Listener> call;
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean closed;
  private volatile Runnable onClose = () -> {};

  /**
   * @param call is given this listener, to signal it again
   */
  Listener(Engine engine, Consumer<Listener> call) {
    this.executor = engine.executor;
    this.reports = engine.reports;
    this.call = call;
  }

  void onClose(Runnable task) {
    onClose = task;
  }

  /** Calls it, soon. Who raises the count from zero starts the call. */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(this::run);
    }
  }

  private void run() {
    CurrentTurn before = CurrentTurn.set(null); // It is no part of the turn that signals it.
    try {
      int answered;
      do {
        answered = signals.get();
        call();
      } while (signals.addAndGet(-answered) > 0);
    } finally {
      CurrentTurn.set(before);
    }
  }

  private void call() {
    if (closed) {
      return;
    }
    try {
      call.accept(this);
    } catch (Throwable e) {
      // An error, too, harms nobody else, and the listener is called again.
      reports.threw("a listener", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    onClose.run();
  }
}
