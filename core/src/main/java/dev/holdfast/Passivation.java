package dev.holdfast;

import dev.holdfast.store.StateKey;
import dev.holdfast.time.TimeSource.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Lets instances with a record leave memory: those that were idle for a while, and the least
 * recently used when there are more than the bound. What is in use stays whatever the bound: an
 * instance with a subscriber, an unsaved change, a waiting action or an unanswered one.
 */
final class Passivation {

  /** How many sweeps an instance has to be idle for. */
  private static final int SWEEPS = 4;

  /** Of the bound, how much room one clearing makes beyond what is needed: a sixteenth. */
  private static final int ROOM = 16;

  private final Instances instances;
  private final Engine engine;
  private final Duration period;
  private final int most;

  /** For each of the last sweeps, what was used before it. Only for the one sweep at a time. */
  private final ArrayDeque<Integer> sweeps = new ArrayDeque<>(SWEEPS + 1);

  private final AtomicBoolean clearing = new AtomicBoolean();

  /** How many there may be before the next clearing: more than the bound if so many are in use. */
  private volatile int threshold;

  private volatile @Nullable Timer timer;
  private volatile boolean closed;

  private record Candidate(StateKey key, int age) {}

  Passivation(Instances instances) {
    this.instances = instances;
    this.engine = instances.engine();
    this.period = engine.options.passivateAfter().dividedBy(SWEEPS);
    this.most = engine.options.maxInstances();
    this.threshold = most;
  }

  void start() {
    instances.onArrival(this::arrived);
    arm();
  }

  void close() {
    closed = true;
    Timer last = timer;
    if (last != null) {
      last.close();
    }
  }

  private void arm() {
    if (!closed) {
      timer = engine.time.schedule(period, () -> attempt(this::sweep));
    }
  }

  /** The next sweep comes in any case. */
  private void attempt(Runnable task) {
    try {
      engine.io.execute(task);
    } catch (RejectedExecutionException e) {
      arm(); // Loads fill the queue; nothing is lost by waiting.
    }
  }

  private void sweep() {
    try {
      threshold = most;
      sweeps.add(engine.recency.now());
      engine.recency.advance();
      if (sweeps.size() > SWEEPS) {
        int since = sweeps.remove();
        instances.keys().forEach(key -> instances.passivate(key, since));
      }
    } finally {
      arm();
    }
  }

  /** An instance has come into memory. */
  private void arrived() {
    if (instances.size() > threshold && clearing.compareAndSet(false, true)) {
      try {
        engine.io.execute(this::clear);
      } catch (RejectedExecutionException e) {
        clearing.set(false); // The next arrival tries again.
      }
    }
  }

  private void clear() {
    try {
      int wanted = instances.size() - most + most / ROOM;
      int now = engine.recency.now();
      for (Candidate candidate : oldestFirst(now)) {
        if (wanted <= 0) {
          threshold = most;
          return;
        }
        if (instances.passivate(candidate.key, now - candidate.age)) {
          wanted--;
        }
      }
      threshold = Math.max(most, instances.size() + most / ROOM);
    } finally {
      clearing.set(false);
    }
  }

  private List<Candidate> oldestFirst(int now) {
    List<Candidate> all = new ArrayList<>();
    for (Instance<?> instance : instances.all()) {
      StateKey key = instance.keyOrNull();
      if (key != null) {
        all.add(new Candidate(key, now - instance.lastUsed()));
      }
    }
    all.sort(Comparator.comparingInt(Candidate::age).reversed());
    return all;
  }
}
