package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.time.TimeSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of each key by itself: saved, in conflict, rejected, or failing while its store
 * saves others. Whatever one key does, the others go on (law S3).
 */
final class Outcomes {

  private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

  /** A first failure is seldom more than an accident. */
  private static final int FAILURES_OF_TROUBLE = 2;

  private final TimeSource time;
  private final RandomGenerator random;
  private final DirtyStates dirty;
  private final SaveListener listener;
  private final Runnable wake;
  final Troubles troubles = new Troubles();

  /**
   * @param wake called when a state is ready again, or needs nothing more
   */
  Outcomes(
      TimeSource time,
      RandomGenerator random,
      DirtyStates dirty,
      SaveListener listener,
      Runnable wake) {
    this.time = time;
    this.random = random;
    this.dirty = dirty;
    this.listener = listener;
    this.wake = wake;
  }

  /** Asks a state for what to write; null for nothing. */
  WriteBatch.@Nullable Entry prepare(Savable state) {
    try {
      WriteBatch.Entry entry = state.prepare();
      if (entry == null) {
        recovered(state);
      }
      return entry;
    } catch (UnfitStateException e) {
      rejected(state, e.reason());
    } catch (Throwable e) { // also an error: saving goes on
      // Neither says what the error says, which may be content.
      log.error("A state cannot be prepared to be saved: {} {}", e.getClass(), at(e));
      rejected(state, "it cannot be prepared: " + e.getClass().getName());
    }
    return null;
  }

  /** Where it was thrown, down to the third caller. */
  private static List<StackTraceElement> at(Throwable error) {
    return Arrays.stream(error.getStackTrace()).limit(4).toList();
  }

  /** The store has answered for a state. */
  void settle(Savable state, @Nullable WriteResult result) {
    try {
      switch (result) {
        case Saved saved -> {
          boolean more = state.saved(saved.revision());
          recovered(state);
          if (more) {
            dirty.putBack(List.of(state));
          }
        }
        case Conflict conflict -> find(state, () -> state.conflicted(conflict.actual()));
        case Rejected rejected -> {
          if (state.isInDoubt()) {
            find(state, state::findOut);
          } else {
            rejected(state, rejected.reason());
          }
        }
        case null -> throw new NullPointerException("the store gave null for a result");
      }
    } catch (Throwable e) { // also an error: saving goes on
      state.failed();
      failed(state, e);
    }
  }

  /** What goes with a state could not go in the same batch. */
  void heldBack(Savable state) {
    find(state, () -> state.conflicted(Revision.NONE));
  }

  /** A write of this state alone has failed, or what it needs from the store has. */
  void failed(Savable state, Throwable error) {
    int failures = count(state);
    if (failures >= FAILURES_OF_TROUBLE) {
      troubled(state, "the store fails for it with " + error.getClass().getSimpleName());
    }
    dirty.pause(state, Backoff.after(failures, random));
  }

  private static int count(Savable state) {
    int failures = state.failures + 1;
    state.failures = failures;
    return failures;
  }

  /** Nothing of a state is written until it has found out what the store has. */
  private void find(Savable state, Supplier<CompletableFuture<Boolean>> question) {
    dirty.settling(state);
    CompletableFuture<Boolean> answer;
    try {
      answer = question.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused = answer.whenComplete((more, error) -> settled(state, more, error));
  }

  private void settled(Savable state, @Nullable Boolean more, @Nullable Throwable error) {
    if (error == null) {
      recovered(state);
      dirty.settled(state, Boolean.TRUE.equals(more));
    } else {
      log.debug("What a key has is not known, and will be asked again: {}", error.getClass());
      state.failed();
      failed(state, error);
    }
    wake.run();
  }

  private void rejected(Savable state, String reason) {
    boolean again = state.rejected(reason);
    boolean known = again && !troubled(state, reason);
    if (!known) {
      tell(news -> news.onRejected(state.key(), reason));
    }
    if (!again) {
      recovered(state);
    } else if (!dirty.isHurried()) {
      dirty.pause(state, Backoff.after(count(state), random));
    }
  }

  /** Returns whether it was not before. */
  private boolean troubled(Savable state, String reason) {
    boolean isNew = troubles.begin(state, reason, time.instant());
    if (isNew) {
      tell(news -> news.onDegraded(state.key(), reason));
    }
    return isNew;
  }

  private void recovered(Savable state) {
    boolean failed = state.failures > 0;
    state.clear();
    if (failed && troubles.end(state)) {
      StateKey key = state.key();
      tell(news -> news.onRestored(key));
    }
  }

  /** Tells the listener something; what it throws changes nothing. */
  void tell(Consumer<SaveListener> news) {
    try {
      news.accept(listener);
    } catch (Throwable e) { // also an error: saving goes on
      log.warn("A save listener threw {} {}", e.getClass(), at(e));
    }
  }
}
