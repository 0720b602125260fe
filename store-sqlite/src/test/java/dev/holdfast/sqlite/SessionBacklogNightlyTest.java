package dev.holdfast.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.SessionConnection;
import dev.holdfast.StateModule;
import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.test.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 100,000 sessions run out while nothing runs; the next start takes them out of the file while new
 * clients come. Prints what it measured.
 */
@Tag("nightly")
final class SessionBacklogNightlyTest {

  private static final int SESSIONS = 100_000;

  /** What new sessions keep unsaved has a bound, and the clock stands still. */
  private static final int MOST_NEW = 20_000;

  private static final Duration TTL = Duration.ofHours(1);

  record Count(int count) {}

  private static final StateModule<Count> OWN =
      StateModule.define("Own", new Count(0))
          .persist(KeyStrategy.session())
          .reduce("increment", c -> new Count(c.count() + 1))
          .build();

  @TempDir private Path dir;

  private final ManualClock clock = new ManualClock();

  private SqliteStateStore store() {
    return SqliteStateStore.open(dir.resolve("app.db"));
  }

  private Holdfast open(StateStore store) {
    return Holdfast.builder(store)
        .clock(clock)
        .sessionTtl(TTL)
        .closeTimeout(Duration.ofMinutes(5)) // all the new clients' rows are written then
        .modules(OWN)
        .open();
  }

  @Test
  @DisplayName("N2: 100,000 sessions that ran out while nothing ran go while new clients come")
  void theyGoWhileNewClientsCome() {
    try (Holdfast app = open(store())) {
      fill(app);
    }
    clock.advance(TTL.plusMinutes(5));
    SqliteStateStore store = store();
    CountingStore counting = new CountingStore(store);
    try (Holdfast app = open(counting)) {
      long began = System.nanoTime();
      List<Double> during = new ArrayList<>();
      while (!isEmpty(store)) {
        if (during.size() < MOST_NEW) {
          during.add(connect(app));
        } else {
          LockSupport.parkNanos(1_000_000); // What is measured is real time.
        }
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      long batches = counting.batches.get();
      long entries = counting.entries.get();
      List<Double> after = new ArrayList<>();
      for (int i = 0; i < during.size(); i++) {
        after.add(connect(app));
      }
      System.out.printf(
          Locale.ROOT,
          "%,d sessions and their records gone after %.1f s, in %,d batches of %.1f on average; %,d new"
              + " clients meanwhile:"
              + " p50 %.2f ms, p99 %.2f ms, longest %.1f ms; as many after: p50 %.2f ms, p99 %.2f ms%n",
          SESSIONS,
          seconds,
          batches,
          (double) entries / batches,
          during.size(),
          part(during, 0.5),
          part(during, 0.99),
          part(during, 1),
          part(after, 0.5),
          part(after, 0.99));
      assertThat(part(during, 1)).as("the longest wait of a new client, ms").isLessThan(5_000);
    }
  }

  private static void fill(Holdfast app) {
    List<CompletableFuture<?>> underWay = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      SessionConnection each = app.sessions().connect(null);
      underWay.add(each.session().ref(OWN).dispatchAsync("increment"));
      each.close();
      if (underWay.size() == 1_000) {
        CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).join();
        underWay.clear();
      }
    }
    CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).join();
  }

  private static boolean isEmpty(SqliteStateStore store) {
    return store.keys("Own", PageRequest.first(1)).items().isEmpty();
  }

  /** How long a new client waits for its session, in milliseconds. */
  private static double connect(Holdfast app) {
    long began = System.nanoTime();
    app.sessions().connect(null).close();
    return (System.nanoTime() - began) / 1e6;
  }

  private static double part(List<Double> times, double share) {
    List<Double> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1, Math.round(sorted.size() * share)));
  }

  /** Counts what is written. */
  private static final class CountingStore implements StateStore, Enumerable {
    final AtomicLong batches = new AtomicLong();
    final AtomicLong entries = new AtomicLong();
    private final SqliteStateStore store;

    CountingStore(SqliteStateStore store) {
      this.store = store;
    }

    @Override
    public Optional<StateRecord> load(StateKey key) {
      return store.load(key);
    }

    @Override
    public List<WriteResult> write(WriteBatch batch) {
      batches.incrementAndGet();
      entries.addAndGet(batch.entries().size());
      return store.write(batch);
    }

    @Override
    public Page<StateKey> keys(String module, PageRequest page) {
      return store.keys(module, page);
    }

    @Override
    public List<Due> due(Instant now, int limit) {
      return store.due(now, limit);
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
