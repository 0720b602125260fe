package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.KeyValueStore;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One bad key does not block, fail or duplicate the others: law S3, hazards 37, 42 and 73. */
class IsolationHazardsTest {

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(500));

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());
  private final StateModule<Box> behind = boxes(BEHIND);

  private void changeAll(Holdfast app, StateModule<Box> module, int keys) {
    IntStream.range(0, keys).forEach(i -> app.ref(module, "k" + i).dispatch("increment"));
  }

  private long named(StateKey key) {
    return rig.store.writes().stream().filter(batch -> names(batch, key)).count();
  }

  private static boolean names(WriteBatch batch, StateKey key) {
    return batch.entries().stream().anyMatch(entry -> entry.key().equals(key));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 700, 1_999})
  @DisplayName("H37 S3 a key for which the store fails whole batches is found, and waits alone")
  void aKeyThatFailsItsBatchWaitsAlone(int place) {
    var app = rig.inline(behind);
    StateKey bad = key("k" + place);
    rig.store.writing().fail(bad);
    changeAll(app, behind, 2_000);
    rig.clock.advance(ofSeconds(4));
    for (int i = 0; i < 2_000; i++) {
      assertThat(rig.hasRecord("k" + i)).as("k" + i).isEqualTo(i != place);
    }
    rig.clock.advance(ofSeconds(10));
    assertThat(app.isHealthy()).isTrue();
    assertThat(rig.news.degraded).contains("degraded k" + place);
    assertThat(app.unsaved()).isEqualTo(1);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(5));
    assertThat(rig.stored("k" + place)).isEqualTo(1);
    assertThat(rig.news.degraded).endsWith("restored k" + place);
  }

  @Test
  @DisplayName("S3 what comes later is not held up by a key that fails, whose tries grow rare")
  void laterChangesAreNotHeldUp() {
    var app = rig.inline(committed);
    rig.store.writing().fail(key("bad"));
    var bad = app.ref(committed, "bad").dispatchAsync("increment");
    rig.clock.advance(ofSeconds(1));
    assertThat(app.ref(committed, "a").dispatchAsync("increment")).isNotNull();
    rig.clock.advance(ofSeconds(5)); // The store is known to work by now.
    long before = named(key("bad"));
    for (int i = 0; i < 600; i++) {
      assertThat(app.ref(committed, "k" + i % 7).dispatchAsync("increment")).isCompleted();
      rig.clock.advance(ofMillis(100));
    }
    assertThat(named(key("bad")) - before).isBetween(10L, 30L);
    assertThat(bad).isCompletedExceptionally();
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(5));
    assertThat(rig.stored("bad")).isEqualTo(1);
    assertThat(IntStream.range(0, 7).map(i -> rig.stored("k" + i)).sum()).isEqualTo(600);
  }

  @Test
  @DisplayName(
      "S3 tries come after 50 ms, then twice as long up to 5 s, less up to a half by chance")
  void triesGrowRare() {
    var app = rig.inline(committed);
    List<Instant> tries = new CopyOnWriteArrayList<>();
    rig.store.beforeWrite(batch -> tries.add(rig.clock.instant()));
    rig.store.writing().fail();
    assertThat(app.ref(committed, "a").dispatchAsync("increment")).isNotNull();
    rig.clock.advance(ofMinutes(2));
    Set<Duration> longest = new HashSet<>();
    for (int i = 0; i + 1 < tries.size(); i++) {
      long most = Math.min(5_000, 50L << i);
      Duration wait = Duration.between(tries.get(i), tries.get(i + 1));
      assertThat(wait).isBetween(ofMillis(most / 2), ofMillis(most));
      if (most == 5_000) {
        longest.add(wait);
      }
    }
    assertThat(longest).hasSizeGreaterThan(10);
  }

  @Test
  @DisplayName("S3 a failure that is for good is not taken for a rejection, and harms no neighbour")
  void aFailureForGoodStaysOurs() {
    var app = rig.inline(behind);
    rig.store.beforeWrite(
        batch -> {
          if (names(batch, key("k5"))) {
            throw new StateStoreException("The test's store cannot do that");
          }
        });
    changeAll(app, behind, 100);
    rig.clock.advance(ofMillis(50));
    assertThat(IntStream.range(0, 100).filter(i -> rig.hasRecord("k" + i)).count()).isEqualTo(99);
    assertThat(app.ref(behind, "k5").dispatch("increment").count()).isEqualTo(2);
    rig.store.beforeWrite(batch -> {});
    rig.clock.advance(ofSeconds(5));
    assertThat(rig.stored("k5")).isEqualTo(2);
  }

  @Test
  @DisplayName("S3 a flush tries a key again that waits for its time")
  void aFlushTriesAgainAtOnce() {
    var app = rig.inline(behind);
    rig.store.writing().fail(key("k3"));
    changeAll(app, behind, 10);
    rig.clock.advance(ofSeconds(20));
    changeAll(app, behind, 2);
    rig.clock.advance(ofMillis(50));
    rig.store.writing().recover();
    app.ref(behind, "k3").flush();
    assertThat(rig.stored("k3")).isEqualTo(1);
  }

  @Test
  @DisplayName("H37 S4 a key-value client that fails for one key neither loses nor doubles others")
  void aKeyValueClientThatFailsForOneKey() {
    Map<String, String> values = new ConcurrentHashMap<>();
    List<String> failing = new CopyOnWriteArrayList<>(List.of("bad"));
    StateStore store =
        StateStore.of(
            KeyValueStore.of(
                values::get,
                (key, value) -> {
                  if (failing.stream().anyMatch(key::endsWith)) {
                    throw new IllegalStateException("The test's client fails");
                  }
                  values.put(key, value);
                },
                values::remove));
    var app =
        rig.open(
            Holdfast.builder(store)
                .clock(rig.clock)
                .executor(Runnable::run)
                .listener(rig.news)
                .modules(behind));
    for (int round = 0; round < 3; round++) {
      changeAll(app, behind, 20);
      app.ref(behind, "bad").dispatch("increment");
      changeAll(app, behind, 40);
      rig.clock.advance(ofSeconds(10));
    }
    assertThat(app.ref(behind, "k7").state().count()).isEqualTo(6);
    failing.clear();
    rig.clock.advance(ofSeconds(10));
    try (Holdfast next =
        Holdfast.builder(store)
            .modules(committed)
            .clock(rig.clock)
            .executor(Runnable::run)
            .open()) {
      assertThat(next.ref(committed, "bad").state().count()).isEqualTo(3);
      for (int i = 0; i < 40; i++) {
        assertThat(next.ref(committed, "k" + i).state().count()).isEqualTo(i < 20 ? 6 : 3);
      }
    }
    assertThat(rig.news.heard).doesNotContain("conflict k7");
  }

  @Test
  @DisplayName("S3 S1 many bad keys at once, and every other one is saved once for each change")
  void manyBadKeysAtOnce() {
    var app = rig.inline(committed);
    IntStream.range(0, 25).forEach(i -> rig.store.writing().fail(key("k" + i)));
    for (int round = 1; round <= 2; round++) {
      IntStream.range(0, 100)
          .mapToObj(i -> app.ref(committed, "k" + i).dispatchAsync("increment"))
          .forEach(answered -> assertThat(answered).isNotNull());
      rig.clock.advance(ofSeconds(60));
    }
    for (int i = 25; i < 100; i++) {
      assertThat(rig.stored("k" + i)).isEqualTo(2);
    }
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(10));
    for (int i = 0; i < 25; i++) {
      assertThat(rig.stored("k" + i)).isEqualTo(2);
    }
    assertThat(app.unsaved()).isZero();
  }

  // A conflict whose record does not come

  private void conflictAt(String id) {
    try (Holdfast other =
        Holdfast.builder(rig.shared).modules(committed).executor(Runnable::run).open()) {
      other.ref(committed, id).dispatch("add", new Rig.Add(10));
    }
  }

  @Test
  @DisplayName("H42 S3 while the load of a conflict hangs, other keys are saved")
  void aHangingLoadOfAConflictHoldsUpNobody() {
    var app = rig.threaded(committed);
    app.ref(committed, "a").dispatch("increment");
    conflictAt("a");
    rig.store.loading().hang(key("a"));
    var first = app.ref(committed, "a").dispatchAsync("increment");
    rig.store.loading().awaitHung();
    var second = app.ref(committed, "a").dispatchAsync("increment");
    for (int i = 0; i < 5; i++) {
      assertThat(answer(app.ref(committed, "b").dispatchAsync("increment")).count())
          .isEqualTo(i + 1);
    }
    long writes = named(key("a"));
    rig.clock.advance(ofSeconds(5)); // The load time-out.
    Rig.until(
        () -> {
          rig.clock.advance(ofMillis(10));
          return named(key("a")) > writes;
        });
    rig.store.loading().release();
    Rig.until(
        () -> {
          rig.clock.advance(ofMillis(10));
          return first.isDone() && second.isDone();
        });
    assertThat(answer(first).count()).isEqualTo(12);
    assertThat(answer(second).count()).isEqualTo(13);
    assertThat(rig.stored("a")).isEqualTo(13);
  }

  @Test
  @DisplayName("S4 a conflict whose load fails is asked about again, and then settled")
  void aFailingLoadOfAConflictIsTriedAgain() {
    var app = rig.inline(behind);
    app.ref(behind, "a").dispatch("increment");
    app.ref(behind, "a").flush();
    conflictAt("a");
    rig.store.loading().failNext(3);
    app.ref(behind, "a").dispatch("increment");
    rig.clock.advance(ofSeconds(10));
    assertThat(app.ref(behind, "a").state().count()).isEqualTo(12);
    assertThat(rig.news.heard).containsExactly("conflict a");
    assertThat(rig.news.degraded).containsExactly("degraded a", "restored a");
  }

  // A write that never ends

  @Test
  @DisplayName("H73 S6 with a write that never ends callers are answered and closing ends in time")
  void aWriteThatNeverEndsHoldsUpNeitherCallersNorClosing() {
    var app = rig.threaded(committed);
    rig.store.writing().hang();
    CompletableFuture<Box> first = app.ref(committed, "a").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    CompletableFuture<Box> other = app.ref(committed, "b").dispatchAsync("increment");
    Rig.until(() -> app.unsaved() == 1);
    rig.clock.advance(ofSeconds(32));
    assertThatThrownBy(() -> answer(first)).isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(() -> answer(other)).isInstanceOf(OutcomeUnknownException.class);
    long began = System.nanoTime();
    assertThatThrownBy(app::close)
        .isInstanceOfSatisfying(
            UnsavedChangesException.class,
            e -> assertThat(e.keys()).containsExactlyInAnyOrder(key("a"), key("b")));
    assertThat(System.nanoTime() - began).isLessThan(ofSeconds(2).toNanos());
  }

  @Test
  @DisplayName("S6 a store that does not close holds up closing only until its deadline")
  void aStoreThatDoesNotCloseIsLeftAlone() {
    CompletableFuture<Void> never = new CompletableFuture<>();
    StateStore store = new ForwardingStore(rig.shared, never::join);
    var app =
        rig.open(
            Holdfast.builder(store)
                .clock(rig.clock)
                .closeTimeout(ofMillis(200))
                .modules(committed));
    app.ref(committed, "a").dispatch("increment");
    long began = System.nanoTime();
    app.close();
    assertThat(System.nanoTime() - began).isLessThan(ofSeconds(2).toNanos());
    never.complete(null);
  }

  private record ForwardingStore(StateStore store, Runnable closing) implements StateStore {
    @Override
    public Optional<StateRecord> load(StateKey key) {
      return store.load(key);
    }

    @Override
    public List<WriteResult> write(WriteBatch batch) {
      return store.write(batch);
    }

    @Override
    public void close() {
      closing.run();
    }
  }
}
