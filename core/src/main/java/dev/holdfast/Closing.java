package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.Savable;
import dev.holdfast.store.StateStore;
import dev.holdfast.time.TimeSource;
import dev.holdfast.time.TimeSource.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The end of a runtime: nothing that was acknowledged is lost without a word (law S6). */
final class Closing {

  /** What each part has when the close time-out is over. */
  private static final Duration LAST_MOMENT = Duration.ofMillis(100);

  private final Instances instances;
  private final Sweeper sweeper;
  private final Passivation passivation;
  private final Feeds feeds;
  private final Threads threads;
  private final TimeSource time;
  private final Duration timeout;

  Closing(
      Instances instances, Sweeper sweeper, Passivation passivation, Feeds feeds, Threads threads) {
    this.instances = instances;
    this.sweeper = sweeper;
    this.passivation = passivation;
    this.feeds = feeds;
    this.threads = threads;
    this.time = instances.engine().time;
    this.timeout = instances.engine().options.closeTimeout();
  }

  /**
   * Blocks for the close time-out at most, or a few moments longer.
   *
   * @throws UnsavedChangesException after all else is done, if something could not be saved
   */
  void run() {
    Deadline deadline = time.deadline(timeout);
    sweeper.close();
    passivation.close();
    feeds.close();
    instances.close();
    awaitTurns(deadline);
    instances.sayFarewell();
    awaitTurns(deadline);
    Set<Savable> unsaved = new LinkedHashSet<>();
    for (AutoSaver saver : instances.savers()) {
      unsaved.addAll(saver.close(left(deadline)));
    }
    unsaved.removeIf(state -> state instanceof RecordWriter<?> writer && writer.isExpendable());
    instances.end();
    Path rescued = rescue(unsaved);
    instances.stores().forEach(store -> close(store, left(deadline)));
    instances.engine().reports.awaitTold(time.deadline(left(deadline)));
    threads.close();
    if (!unsaved.isEmpty()) {
      throw new UnsavedChangesException(unsaved.stream().map(Savable::key).toList(), rescued);
    }
  }

  /** What is left of the close time-out; at least enough for what does not hang. */
  private static Duration left(Deadline deadline) {
    Duration left = deadline.left();
    return left.compareTo(LAST_MOMENT) < 0 ? LAST_MOMENT : left;
  }

  /** Gives turns that run, or wait in a mailbox, half of the time to end. */
  private void awaitTurns(Deadline deadline) {
    Duration half = timeout.dividedBy(2);
    while (deadline.left().compareTo(half) > 0
        && instances.all().stream().anyMatch(instance -> !instance.isIdle())) {
      deadline.pause();
    }
  }

  /** Before the stores are closed: the next runtime may begin the moment they are. */
  private @Nullable Path rescue(Set<Savable> unsaved) {
    List<Rescued> records = new ArrayList<>();
    for (Savable state : unsaved) {
      Rescued rescued = state instanceof RecordWriter<?> writer ? writer.rescued() : null;
      if (rescued != null) {
        records.add(rescued);
      }
    }
    return instances.engine().rescue().keep(records);
  }

  /** A store that hangs must not hold up who closes: what it does is left to it. */
  private void close(StateStore store, Duration within) {
    CompletableFuture<Void> closed =
        CompletableFuture.runAsync(() -> closeAtOnce(store), threads.closer());
    Deadline deadline = time.deadline(within);
    while (!closed.isDone()) {
      if (deadline.left().isZero() || Thread.currentThread().isInterrupted()) {
        instances.engine().reports.odd("A store did not close in time and is left alone");
        return;
      }
      deadline.pause();
    }
  }

  private void closeAtOnce(StateStore store) {
    try {
      store.close();
    } catch (RuntimeException e) {
      instances.engine().reports.threw("Closing a store", e);
    }
  }
}
