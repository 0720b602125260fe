package dev.holdfast;

import dev.holdfast.save.UnfitStateException;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Runs what a module's author wrote to be part of a write, the step down to an older schema
 * version, on threads that the saver can do without: a step that does not come back costs its own
 * record, and holds up no other for longer than its time (law A7).
 */
final class WriteCode {

  /** How long a step may take. */
  static final Duration LIMIT = Duration.ofSeconds(5);

  private final TimeSource time;
  private final Executor threads;

  /**
   * @param threads begins each task at once, or rejects it; or runs it in place
   */
  WriteCode(TimeSource time, Executor threads) {
    this.time = time;
    this.threads = threads;
  }

  /**
   * Runs it, and waits for it.
   *
   * @throws UnfitStateException if it does not come back, or as many before it have not
   */
  <T> T run(Supplier<T> code) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      threads.execute(() -> complete(done, code));
    } catch (RejectedExecutionException e) {
      throw new UnfitStateException("the steps that write other records have not come back");
    }
    if (!done.isDone()) {
      limit(done);
    }
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  private static <T> void complete(CompletableFuture<T> done, Supplier<T> code) {
    try {
      done.complete(code.get());
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  private void limit(CompletableFuture<?> done) {
    UnfitStateException late =
        new UnfitStateException(
            "the step that writes it in an older schema version did not come back within %d s"
                .formatted(LIMIT.toSeconds()));
    var timer = time.schedule(LIMIT, () -> done.completeExceptionally(late));
    var unused = done.whenComplete((value, error) -> timer.close());
  }
}
