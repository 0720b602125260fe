package dev.holdfast.test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Interrupts a test that waits for what cannot happen, such as time that stands still. */
final class Patience {

  /** A part of a test. */
  @FunctionalInterface
  interface Part {
    void run() throws Throwable;
  }

  private final Duration limit;
  private final Thread test = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);

  /** Guards the two below, so that nobody is interrupted who is no longer in the test. */
  private final Object lock = new Object();

  private boolean over;
  private StackTraceElement @Nullable [] where;

  private Patience(Duration limit) {
    this.limit = limit;
  }

  /**
   * Runs a part of a test on this thread.
   *
   * @throws AssertionError if it took longer; shows where it stood then
   */
  static void within(Duration limit, Part part) throws Throwable {
    new Patience(limit).run(part);
  }

  private void run(Part part) throws Throwable {
    Thread.ofPlatform().daemon().name("holdfast-test-patience").start(this::watch);
    Throwable failure = null;
    try {
      part.run();
    } catch (Throwable e) { // handed on below, alone or with the reason
      failure = e;
    }
    StackTraceElement[] stood = end();
    if (stood != null) {
      Thread.interrupted(); // It was ours.
      throw late(stood, failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void watch() {
    try {
      if (ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      return; // Nobody but a dying process interrupts it.
    }
    synchronized (lock) {
      if (!over) {
        where = test.getStackTrace();
        test.interrupt();
      }
    }
  }

  private StackTraceElement @Nullable [] end() {
    ended.countDown();
    synchronized (lock) {
      over = true;
      return where;
    }
  }

  private AssertionError late(StackTraceElement[] stood, @Nullable Throwable failure) {
    AssertionError error =
        new AssertionError(
            "The test took longer than %s of real time and was interrupted. Time stands still in it:"
                    .formatted(limit)
                + " an action whose commit fails needs dispatchAsync and clock().advance(...)",
            failure);
    error.setStackTrace(stood);
    return error;
  }
}
