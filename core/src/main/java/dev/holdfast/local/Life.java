package dev.holdfast.local;

import dev.holdfast.NewerRecordException;
import dev.holdfast.UnreadableRecordException;
import dev.holdfast.UnsavedChangesException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way of a state through its phases: loose, kept, loose again, gone. A change that meets the
 * end of a phase waits for the next, which is there as soon as memory allows: what takes longer, a
 * load or the last save of an engine, happens before or after.
 *
 * <p>The lock guards the fields below it, for moments; loads, saves, user code and futures run
 * without it.
 */
final class Life<S> {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Definition<S> definition;
  private final LocalOptions options;
  private final Executor executor;
  private final Runnable onChange;
  private volatile Phase<S> phase;

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Home<S> home;
  private @Nullable Mounting mounting;
  private CompletableFuture<Void> ready = new CompletableFuture<>();

  /** The last save of the engine before. */
  private CompletableFuture<Void> closing = CompletableFuture.completedFuture(null);

  private boolean disposed;

  /** One attempt to get from loose to kept, with its retries. */
  private static final class Mounting {
    final CompletableFuture<Void> ended = new CompletableFuture<>();
    final CompletableFuture<Void> before;
    boolean claimed;
    Duration pause = FIRST_PAUSE;

    Mounting(CompletableFuture<Void> before) {
      this.before = before;
    }
  }

  Life(Definition<S> definition, LocalOptions options, Executor executor, Runnable onChange) {
    this.definition = definition;
    this.options = options;
    this.executor = executor;
    this.onChange = onChange;
    this.phase = new Loose<>(definition, definition.initial(), onChange);
  }

  Phase<S> phase() {
    return phase;
  }

  /** From now on it can be mounted. */
  void settle(Home<S> home) {
    lock.lock();
    try {
      this.home = home;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Home<S> home() {
    lock.lock();
    try {
      return home;
    } finally {
      lock.unlock();
    }
  }

  CompletionStage<Void> ready() {
    lock.lock();
    try {
      return home == null ? CompletableFuture.completedStage(null) : ready.minimalCompletionStage();
    } finally {
      lock.unlock();
    }
  }

  // Mounting

  void mount() {
    Mounting attempt;
    Home<S> into;
    lock.lock();
    try {
      into = home;
      if (into == null) {
        throw new IllegalStateException(
            "The state defined at %s is not persistent".formatted(definition.place()));
      }
      if (disposed) {
        throw disposed();
      }
      if (mounting != null || phase instanceof Kept<S>) {
        return;
      }
      if (ready.isDone()) {
        ready = new CompletableFuture<>();
      }
      attempt = new Mounting(closing);
      mounting = attempt;
    } finally {
      lock.unlock();
    }
    if (into.persistence().isAsync()) {
      executor.execute(() -> attemptLater(attempt, into));
    } else {
      attemptNow(attempt, into);
    }
  }

  private void attemptNow(Mounting attempt, Home<S> into) {
    try {
      restore(attempt, into);
    } catch (RuntimeException e) {
      giveUp(attempt, null);
      throw e;
    }
  }

  private void attemptLater(Mounting attempt, Home<S> into) {
    try {
      restore(attempt, into);
    } catch (UnreadableRecordException | NewerRecordException e) {
      into.problems().restoreFailed(e);
      giveUp(attempt, e);
    } catch (RuntimeException e) {
      into.problems().restoreFailed(e);
      var unused =
          options
              .time()
              .schedule(attempt.pause, () -> executor.execute(() -> attemptLater(attempt, into)));
      Duration next = attempt.pause.multipliedBy(2);
      attempt.pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
  }

  private void giveUp(Mounting attempt, @Nullable RuntimeException reason) {
    CompletableFuture<Void> told = null;
    lock.lock();
    try {
      if (isCurrent(attempt)) {
        mounting = null;
        told = ready;
      }
    } finally {
      lock.unlock();
    }
    attempt.ended.complete(null);
    if (told != null && reason != null) {
      told.completeExceptionally(reason);
    }
  }

  /** With the lock held. */
  @SuppressWarnings("ReferenceEquality") // an attempt is this one only if it is the very one
  private boolean isCurrent(Mounting attempt) {
    return attempt == mounting;
  }

  private void restore(Mounting attempt, Home<S> into) {
    attempt.before.join();
    if (!isWanted(attempt, false)) {
      return;
    }
    Kept<S> kept = into.open(onChange);
    try {
      kept.load();
    } catch (RuntimeException e) {
      kept.close();
      throw e;
    }
    if (isWanted(attempt, true)) {
      move(attempt, kept);
    } else {
      kept.close();
    }
  }

  /**
   * Whether nobody has cancelled the attempt.
   *
   * @param claim from here on nobody can
   */
  private boolean isWanted(Mounting attempt, boolean claim) {
    lock.lock();
    try {
      attempt.claimed |= claim && isCurrent(attempt);
      return isCurrent(attempt);
    } finally {
      lock.unlock();
    }
  }

  private void move(Mounting attempt, Kept<S> kept) {
    Phase<S> before = phase;
    if (before instanceof Loose<S> loose) {
      kept.adopt(loose.base(), loose.seal());
    }
    CompletableFuture<Void> told;
    lock.lock();
    try {
      phase = kept;
      mounting = null;
      told = ready;
    } finally {
      lock.unlock();
    }
    before.over().complete(null);
    attempt.ended.complete(null);
    onChange.run();
    told.complete(null);
  }

  // Unmounting and disposing

  /** Saves, and goes on in memory. */
  void unmount() {
    leave(false);
  }

  /** Saves, and ends. */
  void dispose() {
    leave(true);
  }

  private void leave(boolean forGood) {
    CompletableFuture<Void> left = new CompletableFuture<>();
    while (true) {
      CompletableFuture<Void> first = begin(left, forGood);
      if (first == null) {
        break;
      }
      first.join();
      if (isDisposed()) {
        return;
      }
    }
    try {
      end(forGood);
    } finally {
      left.complete(null);
    }
  }

  /**
   * Begins to leave, if nobody else is leaving or arriving.
   *
   * @param left completes when this one has left
   * @return what has to be over first, or null
   */
  private @Nullable CompletableFuture<Void> begin(CompletableFuture<Void> left, boolean forGood) {
    lock.lock();
    try {
      if (!closing.isDone()) {
        return closing;
      }
      if (disposed) {
        return closing;
      }
      if (mounting != null && mounting.claimed) {
        return mounting.ended;
      }
      mounting = null; // Whoever loads finds that nobody wants it any more.
      disposed = forGood;
      closing = left;
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDisposed() {
    lock.lock();
    try {
      return disposed;
    } finally {
      lock.unlock();
    }
  }

  private void end(boolean forGood) {
    Phase<S> before = phase;
    if (before instanceof Loose<S> && !forGood) {
      return;
    }
    S last =
        switch (before) {
          case Kept<S> kept -> kept.leave();
          case Loose<S> loose -> loose.seal();
          case Gone<S> gone -> gone.last();
        };
    Loose<S> loose = new Loose<>(definition, last, onChange);
    phase = forGood ? new Gone<>(definition, last) : loose;
    before.over().complete(null);
    try {
      if (before instanceof Kept<S> kept) {
        kept.close();
      }
    } catch (UnsavedChangesException e) {
      loose.rebase(definition.initial());
      throw e;
    } finally {
      onChange.run();
      if (forGood) {
        forgo();
      }
    }
  }

  /** Who waits to be restored is told that this will not be. */
  private void forgo() {
    CompletableFuture<Void> told;
    lock.lock();
    try {
      told = ready;
    } finally {
      lock.unlock();
    }
    told.completeExceptionally(disposed());
  }

  private IllegalStateException disposed() {
    return new IllegalStateException(
        "The state defined at %s was disposed".formatted(definition.place()));
  }

  // Changing and saving

  void change(UnaryOperator<S> change) {
    for (Phase<S> now = phase; !now.change(change); now = phase) {
      now.over().join();
    }
  }

  /** Waits until every change made so far is durable. */
  void flush() {
    Phase<S> now = phase;
    if (now instanceof Loose<S> && home() != null) {
      awaitMounting();
      now = phase;
    }
    switch (now) {
      case Kept<S> kept -> kept.flush();
      case Loose<S> loose -> checkMounted();
      case Gone<S> gone -> {}
    }
  }

  private void awaitMounting() {
    CompletableFuture<Void> coming;
    lock.lock();
    try {
      coming = mounting == null ? null : ready;
    } finally {
      lock.unlock();
    }
    if (coming != null) {
      try {
        var unused = coming.get(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        // It is not mounted, which is said next.
      }
    }
  }

  private void checkMounted() {
    Home<S> kept = home();
    if (kept != null) {
      throw new IllegalStateException("The state %s is not mounted, and not saved".formatted(kept));
    }
  }
}
