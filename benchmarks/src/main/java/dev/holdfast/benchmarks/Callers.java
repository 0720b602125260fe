package dev.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Callers on virtual threads that act on a number of states, each waiting for its acknowledgement
 * before the next action. As many callers as states or more: each stays at its own; fewer: each
 * goes round all of them.
 */
abstract class Callers implements Measured {

  private static final long LONGEST = TimeUnit.MINUTES.toMicros(1);

  /** Looking at the clock costs as much as an action in memory, so it is done once in so many. */
  private static final int ACTIONS_IN_MEMORY = 64;

  /** A prime, so that going on by it meets every state. */
  private static final long STRIDE = 7_368_787;

  private final int callers;
  private final int states;
  private final @Nullable Histogram latencies;
  private final LongAdder acknowledged = new LongAdder();

  /**
   * @param timed whether each action is timed; for those that take longer than looking at the clock
   */
  Callers(int callers, int states, boolean timed) {
    this.callers = callers;
    this.states = states;
    this.latencies = timed ? new ConcurrentHistogram(LONGEST, 3) : null;
  }

  /** Acts once, and returns when that is acknowledged. */
  abstract void act(int caller, int state) throws Exception;

  /** How many actions all states hold together, as their store has them. */
  abstract long stored() throws Exception;

  @Override
  public double run(long nanos) throws Exception {
    if (latencies != null) {
      latencies.reset();
    }
    long before = acknowledged.sum();
    long begin = System.nanoTime();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      int me = caller;
      threads.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  work(me, begin + nanos);
                } catch (Throwable e) { // also an error: the run fails, and says why
                  failure.compareAndSet(null, e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException("An action failed", failure.get());
    }
    return (acknowledged.sum() - before) * 1e9 / (System.nanoTime() - begin);
  }

  private void work(int me, long until) throws Exception {
    int state = Math.floorMod(me * (callers < states ? states / callers : 1), states);
    long now = System.nanoTime();
    do { // Each acts once at least, however busy the machine.
      if (latencies == null) {
        for (int i = 0; i < ACTIONS_IN_MEMORY; i++) {
          act(me, state);
          state = next(state);
        }
        acknowledged.add(ACTIONS_IN_MEMORY);
        now = System.nanoTime();
      } else {
        act(me, state);
        state = next(state);
        acknowledged.increment();
        long then = System.nanoTime();
        latencies.recordValue(Math.min(LONGEST, (then - now) / 1_000));
        now = then;
      }
    } while (now < until);
  }

  /** From one end to the other, so that nothing finds its neighbour in a cache. */
  private int next(int state) {
    return callers >= states ? state : (int) ((state + STRIDE) % states);
  }

  @Override
  public double[] answer(Question question) throws Exception {
    return switch (question) {
      case LATENCY ->
          latencies == null ? Measured.super.answer(question) : Latency.figures(latencies);
      case ACKNOWLEDGED -> new double[] {acknowledged.sum()};
      case STORED -> new double[] {stored()};
      case BATCHES, TENTHS -> Measured.super.answer(question);
    };
  }
}
