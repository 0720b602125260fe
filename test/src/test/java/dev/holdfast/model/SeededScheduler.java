package dev.holdfast.model;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs everything on the one thread that calls {@link #step}, in an order drawn from a seed. Each
 * task is a virtual thread, so that it may block: when it waits, for a store, a future or a lock,
 * another one goes on, and its own way on is one more thing to be chosen. No time passes and no
 * other thread takes part, so a seed always gives the same order.
 */
final class SeededScheduler {

  /** Which of those that can go on goes on. */
  enum Order {
    /** Any, all alike. */
    ANY,
    /** Mostly the one that has waited longest, as on a machine with time to spare. */
    OLDEST,
    /** Mostly the one that came last, so that others are late by a lot. */
    NEWEST,
    /** The one with the highest priority; priorities are drawn, and now and then drawn again. */
    PRIORITY
  }

  private static final Optional<Method> MAKER = maker();

  private final Thread driver = Thread.currentThread();
  private final RandomGenerator random;
  private final Order order;
  private final List<Ready> queue = new ArrayList<>();
  private @Nullable String foreign;
  private long trace = 17;
  private long steps;

  /** Something that can go on. */
  private record Ready(Machine process, Fiber fiber, Runnable continuation) {}

  /** A virtual thread's place in the queue. */
  private final class Fiber implements Executor {
    private final Machine process;
    private int priority;

    Fiber(Machine process) {
      this.process = process;
      this.priority = random.nextInt(1_000);
    }

    @Override
    public void execute(Runnable continuation) {
      enqueue(new Ready(process, this, continuation));
    }
  }

  SeededScheduler(RandomGenerator random, Order order) {
    this.random = random;
    this.order = order;
  }

  /** Whether this JVM lets a test schedule virtual threads. */
  static boolean isPossible() {
    return MAKER.isPresent();
  }

  private static Optional<Method> maker() {
    try {
      Method maker =
          Class.forName("java.lang.ThreadBuilders")
              .getDeclaredMethod(
                  "newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
      maker.setAccessible(true);
      return Optional.of(maker);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return Optional.empty();
    }
  }

  /** Begins a task of a process; it runs when it is chosen. */
  void start(Machine process, Runnable task) {
    try {
      Object thread =
          MAKER.orElseThrow().invoke(null, new Fiber(process), process.toString(), 0, task);
      ((Thread) thread).start();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("No virtual thread to be had", e);
    }
  }

  private synchronized void enqueue(Ready ready) {
    Thread caller = Thread.currentThread();
    if (!caller.isVirtual() && !caller.equals(driver)) {
      foreign = caller.getName();
    }
    if (ready.process.isAlive()) {
      queue.add(ready);
    }
  }

  /** Lets one go on; false if none can. */
  boolean step() {
    Ready next;
    synchronized (this) {
      if (queue.isEmpty()) {
        return false;
      }
      int index = choose();
      next = queue.remove(index);
      trace = trace * 1_000_003 + index * 31L + queue.size();
      steps++;
    }
    next.continuation.run();
    return true;
  }

  private int choose() {
    int size = queue.size();
    return switch (order) {
      case ANY -> random.nextInt(size);
      case OLDEST -> random.nextInt(5) > 0 ? 0 : random.nextInt(size);
      case NEWEST -> random.nextInt(5) > 0 ? size - 1 : random.nextInt(size);
      case PRIORITY -> highest();
    };
  }

  private int highest() {
    int best = 0;
    for (int i = 1; i < queue.size(); i++) {
      if (queue.get(i).fiber.priority > queue.get(best).fiber.priority) {
        best = i;
      }
    }
    if (random.nextInt(20) == 0) {
      queue.get(best).fiber.priority = random.nextInt(1_000);
    }
    return best;
  }

  void steps(int atMost) {
    for (int i = 0; i < atMost && step(); i++) {}
  }

  /**
   * Runs until nothing can go on.
   *
   * @throws AssertionError if that does not come
   */
  void untilIdle() {
    for (int i = 0; step(); i++) {
      if (i > 1_000_000) {
        throw new AssertionError("The schedule never comes to rest");
      }
    }
  }

  /** Forgets all that a process still wanted to do. */
  synchronized void drop(Machine process) {
    queue.removeIf(ready -> ready.process.equals(process));
  }

  /** Which other thread had a hand in the order, so that it is not the seed's alone; or null. */
  synchronized @Nullable String disturbedBy() {
    return foreign;
  }

  /** The same for the same choices, and hardly ever for others. */
  long trace() {
    return trace;
  }

  long stepsTaken() {
    return steps;
  }
}
