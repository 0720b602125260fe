package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
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
  private static final int MAX_NEWS = 1_000;
  private static final int MAX_WRITE_CODE = 4;
  private static final Executor IN_PLACE = Runnable::run;

  private final @Nullable Executor given;
  private final List<ExecutorService> owned = new ArrayList<>();
  private final Executor user;
  private final Executor io;
  private final Executor steps;

  private Threads(@Nullable Executor given) {
    this.given = given;
    this.user = given == null ? Thread::startVirtualThread : given;
    this.io =
        given == null
            ? owned(pool(LOADERS, LOADERS, new LinkedBlockingQueue<>(MAX_WAITING_LOADS), "load"))
            : given;
    this.steps = given == null ? new PromptExecutor(user) : given;
  }

  static Threads own() {
    return new Threads(null);
  }

  /** Everything on one executor, which is left open. */
  static Threads given(Executor executor) {
    return new Threads(executor);
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

  /** For the commits of one store: one thread that writes, and one that prepares meanwhile. */
  Executor saver() {
    return given == null
        ? owned(
            Executors.newFixedThreadPool(
                2,
                Thread.ofPlatform()
                    .daemon()
                    .name("holdfast-saver-" + owned.size() + "-", 1)
                    .factory()))
        : given;
  }

  /** For the writes of one store; null for where they are prepared. */
  @Nullable Executor writer() {
    return given;
  }

  /** For what the program's listener is told: in order, and so much at most. */
  Executor news() {
    return given == null
        ? owned(pool(1, 1, new LinkedBlockingQueue<>(MAX_NEWS), "news"))
        : IN_PLACE;
  }

  /** For steps that are part of a write: each begins at once or not at all. */
  Executor writeCode() {
    return given == null
        ? owned(pool(0, MAX_WRITE_CODE, new SynchronousQueue<>(), "step"))
        : IN_PLACE;
  }

  private static ExecutorService pool(
      int least, int most, BlockingQueue<Runnable> queue, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            least,
            most,
            10,
            TimeUnit.SECONDS,
            queue,
            Thread.ofPlatform().daemon().name("holdfast-" + name + "-", 1).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
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
