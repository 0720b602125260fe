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

  void end() {
    boolean last;
    synchronized (this) {
      running--;
      last = isQuiet();
    }
    tellIf(last);
  }

  /** Lets nothing more begin; completes when what runs has ended. */
  CompletableFuture<Void> stop() {
    boolean none;
    synchronized (this) {
      stopping = true;
      none = isQuiet();
    }
    tellIf(none);
    return quiet;
  }

  private boolean isQuiet() {
    return stopping && running == 0;
  }

  /** Not under the lock: who waits goes on from here. */
  private void tellIf(boolean isQuiet) {
    if (isQuiet) {
      quiet.complete(null);
    }
  }
}
