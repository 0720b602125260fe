package dev.holdfast.server;

import java.util.concurrent.CompletableFuture;

/**
 * Counts what is being done, so that a server that stops can wait for it. Safe for many threads.
 */
final class InFlight {

  private final CompletableFuture<Void> quiet = new CompletableFuture<>();

  // Guarded by this.
  private int running;
  private boolean stopping;

  /** Whether something may begin; then it must {@link #end}. */
  synchronized boolean begin() {
    if (!stopping) {
      running++;
    }
    return !stopping;
  }

  synchronized void end() {
    running--;
    completeWhenQuiet();
  }

  /** Lets nothing more begin; completes when what runs has ended. */
  synchronized CompletableFuture<Void> stop() {
    stopping = true;
    completeWhenQuiet();
    return quiet;
  }

  private void completeWhenQuiet() {
    if (stopping && running == 0) {
      quiet.complete(null);
    }
  }
}
