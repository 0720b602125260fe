package dev.holdfast;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Enumerable.Due;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import dev.holdfast.time.TimeSource.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of the stores, in small batches, what has run out: tombstones, sessions and records
 * (laws E1, N2, S5). Every removal is conditional on the revision that was listed, so that a record
 * which has changed since stays.
 */
final class Sweeper {

  private static final int SWEPT_AT_ONCE = 200;
  private static final int MOST_AT_ONCE = 12_800;
  private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);
  private static final Duration SHORTEST_PERIOD = Duration.ofMillis(100);

  private final Instances instances;
  private final SessionRegistry sessions;
  private final Engine engine;
  private final Duration period;
  private volatile @Nullable Timer timer;
  private volatile boolean closed;

  /** How many are listed at once: more when what is due first is not for this runtime to remove. */
  private volatile int batch = SWEPT_AT_ONCE;

  Sweeper(Instances instances, SessionRegistry sessions) {
    this.instances = instances;
    this.sessions = sessions;
    this.engine = instances.engine();
    Duration shortest = engine.options.sessionTtl();
    for (StateModule<?> module : instances.modules()) {
      Duration lifetime = module.expireAfter();
      shortest = lifetime == null ? shortest : min(shortest, lifetime);
    }
    Duration tenth = min(shortest.dividedBy(10), LONGEST_PERIOD);
    this.period = tenth.compareTo(SHORTEST_PERIOD) < 0 ? SHORTEST_PERIOD : tenth;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Begins to sweep, now and then every so often. */
  void start() {
    engine.io.execute(this::sweep);
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
      timer = engine.time.schedule(period, this::next);
    }
  }

  private void next() {
    try {
      engine.io.execute(this::tick);
    } catch (RejectedExecutionException e) {
      arm(); // Loads fill the queue; nothing is lost by waiting.
    }
  }

  private void tick() {
    try {
      sessions.stillHere();
      engine.unsaved.measure().forEach(LiveSession::dropUnsaved);
      if (engine.unsaved.isFull()) {
        engine.reports.odd("Too much is kept in memory without a record: nothing of it may grow");
      }
      instances.all().forEach(this::tend);
      sweep();
    } finally {
      arm();
    }
  }

  private void tend(Instance<?> instance) {
    instance.forget(engine.time.instant());
    Duration lifetime = instance.module().expireAfter();
    if (lifetime != null) {
      instance.touch(lifetime);
    }
  }

  private void sweep() {
    try {
      Instant now = engine.time.instant();
      sessions.endThoseOver(now);
      for (StateStore each : instances.stores()) {
        if (each instanceof Enumerable listing) {
          sweep(each, listing, now);
        }
      }
    } catch (RuntimeException e) {
      engine.reports.odd(
          "Sweeping what has run out failed, and will be tried again: " + QuietLog.brief(e));
    }
  }

  private void sweep(StateStore store, Enumerable listing, Instant now) {
    int most = batch;
    List<Due> due = listing.due(now, most);
    List<WriteBatch.Entry> writes = new ArrayList<>();
    List<CompletableFuture<?>> ends = new ArrayList<>();
    Set<String> fresh =
        sessions.wake(due.stream().filter(Sweeper::isSession).map(one -> one.key().id()).toList());
    for (Due record : due) {
      if (record.tombstone()) {
        writes.add(new WriteBatch.Delete(record.key(), record.revision()));
      } else if (isSession(record)) {
        String id = record.key().id();
        add(ends, sessions.endIfOver(id, now, fresh.contains(id)));
      } else {
        expire(record, now, writes, ends);
      }
    }
    boolean progress = !ends.isEmpty() || removed(store, writes);
    boolean more = due.size() == most && !closed;
    batch = progress || !more ? SWEPT_AT_ONCE : Math.min(most * 2, MOST_AT_ONCE);
    if (more && (progress || most < MOST_AT_ONCE)) {
      engine.after(
          CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)),
          (none, error) -> {
            if (error == null) {
              engine.io.execute(this::sweep);
            }
          });
    }
  }

  private static boolean isSession(Due record) {
    return !record.tombstone() && record.key().module().equals(SessionRow.MODULE.name());
  }

  private static void add(List<CompletableFuture<?>> ends, @Nullable CompletableFuture<?> end) {
    if (end != null) {
      ends.add(end);
    }
  }

  private boolean removed(StateStore store, List<WriteBatch.Entry> writes) {
    return !closed
        && !writes.isEmpty()
        && store.write(new WriteBatch(writes)).stream().anyMatch(Saved.class::isInstance);
  }

  /** A record of a module that this runtime does not have, or keeps for ever, is let be. */
  private void expire(
      Due due, Instant now, List<WriteBatch.Entry> writes, List<CompletableFuture<?>> ends) {
    StateModule<?> module = instances.named(due.key().module());
    if (module == null || module.expireAfter() == null) {
      return;
    }
    StateKey key = new StateKey(module.name(), due.key().scope(), due.key().id());
    if (instances.isLive(key)) {
      instances.with(module, key, instance -> expireLive(instance, ends));
    } else if (module.hooks().onExpire() == null) {
      engine.rescue().before(due.key()); // What waits there may have prolonged its life.
      writes.add(tombstone(due, now));
    } else {
      // Whoever loads a record whose time is up lets it expire first.
      instances.with(module, key, instance -> ends.add(instance.loaded()));
    }
  }

  private <S> void expireLive(Instance<S> instance, List<CompletableFuture<?>> ends) {
    if (!instance.isLive()) {
      ends.add(instance.loaded()); // Its load has failed: the next one lets it expire first.
    } else if (instance.isForsaken()) {
      Turn<S> turn = Expiry.turn(engine, instance, Instance::isForsaken, () -> {});
      ends.add(turn.done.handle((state, error) -> state));
      instance.submit(turn, false);
    }
  }

  /** What an erase leaves, so that no write prepared before succeeds after (law S5). */
  private Put tombstone(Due due, Instant now) {
    WriterMark mark = new WriterMark(engine.random.nextLong(), 0);
    return new Put(
        due.key(),
        due.revision(),
        StateRecord.tombstone(due.revision().next(), mark, now, now.plus(Engine.TOMBSTONE)));
  }
}
