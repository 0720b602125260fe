package dev.holdfast.model;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Runs tasks one after the other, as a connection's mailbox or a timer thread does. */
final class Serial implements Executor {

  private final Executor executor;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  Serial(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    waiting.add(task);
    if (!running) {
      running = true;
      executor.execute(this::drain);
    }
  }

  private void drain() {
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      next.run();
    }
    running = false;
  }

  boolean isIdle() {
    return !running;
  }
}
