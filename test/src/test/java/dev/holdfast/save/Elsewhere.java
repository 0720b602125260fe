package dev.holdfast.save;

import java.time.Duration;

/** A thread of its own for one call, so that a lock that the call keeps stops the next one. */
final class Elsewhere {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Elsewhere() {}

  /**
   * Makes a call and waits for its end.
   *
   * @throws AssertionError if it does not end within 5 s, or throws
   */
  static void run(Runnable call) {
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        Thread.ofPlatform().daemon().uncaughtExceptionHandler((t, e) -> thrown[0] = e).start(call);
    try {
      if (!thread.join(PATIENCE)) {
        throw new AssertionError("The call does not end: a lock was kept");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
    if (thrown[0] != null) {
      throw new AssertionError("The call failed", thrown[0]);
    }
  }
}
