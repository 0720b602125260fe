package dev.holdfast;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sees to it that no committed action waits for its commit for ever (law A7). Time passes in ticks
 * of a thirtieth of the time-out; a turn notes the tick at which it began to wait, so that waiting
 * costs no clock and no timer of its own. It ticks only while some instance is watched.
 */
final class Watchdog {

  private static final int TICKS = 30;

  private final TimeSource time;
  private final Duration period;
  private final ConcurrentLinkedQueue<Instance<?>> watched = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile int tick;

  Watchdog(TimeSource time, Duration timeout) {
    this.time = time;
    this.period = timeout.dividedBy(TICKS);
  }

  int tick() {
    return tick;
  }

  /** Looks after an instance until it says that nobody waits there any more. */
  void watch(Instance<?> instance) {
    watched.add(instance);
    if (running.compareAndSet(false, true)) {
      time.schedule(period, this::onTick);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the one timer counts
  private void onTick() {
    tick++;
    List<Instance<?>> still = new ArrayList<>();
    for (Instance<?> next = watched.poll(); next != null; next = watched.poll()) {
      if (next.expire(tick - TICKS)) {
        still.add(next);
      }
    }
    watched.addAll(still);
    running.set(false);
    if (!watched.isEmpty() && running.compareAndSet(false, true)) {
      time.schedule(period, this::onTick);
    }
  }
}
