package dev.holdfast.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads do, never for ever. */
final class Waiting {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private Waiting() {}

  /**
   * Waits on a monitor, which the caller holds and every change notifies, until something is so.
   *
   * @throws AssertionError if it is not within 10 s
   */
  static void until(Object monitor, BooleanSupplier reached, Supplier<String> found) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!reached.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError(
            "Waited %d s in vain; there are %s".formatted(PATIENCE.toSeconds(), found.get()));
      }
      try {
        monitor.wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted; there are " + found.get(), e);
      }
    }
  }
}
