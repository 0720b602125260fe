package dev.holdfast;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all instances of a runtime share: time, threads, chance, limits, and where to report. */
final class Engine {

  /** How long an erased key refuses writes that were prepared before. */
  static final Duration TOMBSTONE = Duration.ofMinutes(10);

  /** The most reducers that are run again on another writer's record. */
  static final int MAX_REPLAYED = 1_024;

  final TimeSource time;

  /** Runs user code. */
  final Executor executor;

  /** Runs the engine's own steps; user code never does, but for what decodes a record. */
  final Executor steps;

  /** Runs what blocks on a store; user code never does. */
  final Executor io;

  final RandomGenerator random;
  final Options options;
  final Reports reports;
  final WaitGraph waits = new WaitGraph();
  final Watchdog watchdog;
  final WriteCode writeCode;
  final UnsavedBudget unsaved;

  /** Tells which instances were used last. */
  final Recency recency = new Recency();

  /** Wakes who waited for a commit. */
  final Replies replies;

  private @Nullable Instances instances;
  private @Nullable Rescue rescue;

  Engine(
      TimeSource time, Threads threads, RandomGenerator random, Options options, Reports reports) {
    this.time = time;
    this.executor = threads.user();
    this.io = threads.io();
    this.steps = threads.steps();
    this.random = random;
    this.options = options;
    this.reports = reports;
    this.watchdog = new Watchdog(time, options.ackTimeout());
    this.writeCode = new WriteCode(time, threads.writeCode());
    this.replies = new Replies(steps);
    this.unsaved = new UnsavedBudget(options.maxUnsavedBytes());
  }

  /** Goes on when a future has completed, either way, on the thread that completes it. */
  <T extends @Nullable Object> void after(
      CompletableFuture<T> future,
      BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
    var unused = future.whenComplete((value, error) -> attempt(step, value, error));
  }

  /** The same, as a step of its own. */
  <T extends @Nullable Object> void afterAsync(
      CompletableFuture<T> future,
      BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step) {
    var unused = future.whenCompleteAsync((value, error) -> attempt(step, value, error), steps);
  }

  /** A step that throws would be silent inside a future. */
  private <T> void attempt(
      BiConsumer<? super @Nullable T, ? super @Nullable Throwable> step,
      @Nullable T value,
      @Nullable Throwable error) {
    try {
      step.accept(value, error);
    } catch (RuntimeException e) {
      reports.threw("a step of the engine", e);
      throw e;
    }
  }

  /** The handles that code without a session gets. */
  Instances refs() {
    return Objects.requireNonNull(instances);
  }

  /** What an earlier runtime could not save. */
  Rescue rescue() {
    return Objects.requireNonNull(rescue);
  }

  void rescue(Rescue rescue) {
    this.rescue = rescue;
  }

  void serve(Instances instances) {
    this.instances = instances;
  }
}
