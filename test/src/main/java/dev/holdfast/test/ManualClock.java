package dev.holdfast.test;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A time source that stands still until a test moves it:
 *
 * <pre>{@code
 * clock.schedule(Duration.ofMillis(50), saver::run);
 * clock.advance(Duration.ofMillis(50)); // saver.run() has returned
 * }</pre>
 *
 * <p>Timers run on the thread that calls {@link #advance}, the earliest first and those of one
 * instant in the order in which they were scheduled; while one runs, the time is its due time. Safe
 * for many threads.
 */
public final class ManualClock implements TimeSource {

  /** When every clock starts: {@code 2026-01-01T00:00:00Z}. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Guards {@link #now}, {@link #timers} and {@link #scheduled}; never held while a task runs. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Held over a whole {@link #advance}, so that time never moves twice at once. */
  private final ReentrantLock advancing = new ReentrantLock();

  private final PriorityQueue<Waiting> timers =
      new PriorityQueue<>(Comparator.comparing(Waiting::due).thenComparingLong(Waiting::number));

  private Instant now = START;
  private long scheduled;

  /** A clock that stands at {@link #START}. */
  public ManualClock() {}

  @Override
  public Instant instant() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The task runs within a later {@link #advance}, never before this method returns; a delay of
   * zero or less is due at the next one, which may be by {@link Duration#ZERO}, or at once if the
   * clock is advancing now.
   */
  @Override
  public Timer schedule(Duration delay, Runnable task) {
    lock.lock();
    try {
      Instant due = delay.isNegative() ? now : now.plus(delay);
      Waiting waiting = new Waiting(due, scheduled++, task);
      timers.add(waiting);
      return () -> cancel(waiting);
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>It passes in the machine's own time: the thread that blocks is often the one that would move
   * this clock.
   */
  @Override
  public Deadline deadline(Duration within) {
    return TimeSource.system().deadline(within);
  }

  private void cancel(Waiting waiting) {
    lock.lock();
    try {
      timers.remove(waiting);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the time on and runs, on this thread, every timer that falls due on the way, also those
   * that such timers schedule. What a task throws does not keep others from running; the first
   * exception is thrown at the end, the others are suppressed in it.
   *
   * @param by zero or more
   * @throws IllegalArgumentException if negative
   * @throws IllegalStateException if called by a timer's task
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("Time goes on by zero or more, not by " + by);
    }
    if (advancing.isHeldByCurrentThread()) {
      throw new IllegalStateException("A timer's task cannot advance the clock that runs it");
    }
    advancing.lock();
    try {
      runUntil(instant().plus(by));
    } finally {
      advancing.unlock();
    }
  }

  private void runUntil(Instant end) {
    RuntimeException failure = null;
    for (Waiting next = nextDue(end); next != null; next = nextDue(end)) {
      try {
        next.task().run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Takes the next timer up to the end and moves the time to it, or to the end if none is left. */
  private @Nullable Waiting nextDue(Instant end) {
    lock.lock();
    try {
      Waiting next = timers.peek();
      if (next == null || next.due().isAfter(end)) {
        now = end;
        return null;
      }
      now = next.due();
      return timers.remove();
    } finally {
      lock.unlock();
    }
  }

  /** How many timers wait for their time. */
  public int timers() {
    lock.lock();
    try {
      return timers.size();
    } finally {
      lock.unlock();
    }
  }

  /** A task and its time; the number makes each unique and keeps the order of one instant. */
  private record Waiting(Instant due, long number, Runnable task) {}
}
