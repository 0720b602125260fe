package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who runs what: user code on virtual threads; loads and commits on platform threads of their own,
 * which user code that never yields cannot occupy; and the engine's own steps on virtual threads,
 * too, or on platform threads where those are occupied (law A7).
 */
final class Threads {

  private static final int LOADERS = 8;
  private static final int MAX_WAITING_LOADS = 100_000;

  private final @Nullable Executor given;
  private final List<ExecutorService> owned = new ArrayList<>();
  private final Executor user;
  private final Executor io;
  private final Executor steps;

  private Threads(@Nullable Executor given) {
    this.given = given;
    this.user = given == null ? Thread::startVirtualThread : given;
    this.io = given == null ? owned(loaders()) : given;
    this.steps = given == null ? new PromptExecutor(user) : given;
  }

  static Threads own() {
    return new Threads(null);
  }

  /** Everything on one executor, which is left open. */
  static Threads given(Executor executor) {
    return new Threads(executor);
  }

  private static ExecutorService loaders() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            LOADERS,
            LOADERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING_LOADS),
            Thread.ofPlatform().daemon().name("holdfast-load-", 1).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private ExecutorService owned(ExecutorService executor) {
    owned.add(executor);
    return executor;
  }

  Executor user() {
    return user;
  }

  Executor io() {
    return io;
  }

  /** For what answers, and what goes on when something has come to its end. */
  Executor steps() {
    return steps;
  }

  /** For the commits of one store. */
  Executor saver() {
    return given == null
        ? owned(
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("holdfast-saver-", owned.size()).factory()))
        : given;
  }

  /** For what closes a store, which may take long or never end. */
  Executor closer() {
    return given == null ? Threads::closeApart : given;
  }

  private static void closeApart(Runnable closing) {
    Thread.ofPlatform().daemon().name("holdfast-close").start(closing);
  }

  /**
   * Ends the threads for loads and commits when what runs there has come to its end. Virtual
   * threads go on to be had: whoever still waits then is owed an answer.
   */
  void close() {
    owned.forEach(ExecutorService::shutdown);
    if (steps instanceof PromptExecutor prompt) {
      prompt.close();
    }
  }
}
