package dev.holdfast.save;

import static dev.holdfast.save.ScriptedStore.ids;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whose fault it is that a batch failed: the store's, or that of one entry (law S3). */
final class AutoSaverBlameTest {

  private static final SavePolicy COMMITTED = SavePolicy.committed();
  private static final SavePolicy TOGETHER = SavePolicy.writeBehind(Duration.ZERO, ofMillis(1));

  private final ManualClock clock = new ManualClock();
  private final ScriptedStore store = new ScriptedStore();
  private final List<String> news = new ArrayList<>();
  private final AutoSaver saver =
      AutoSaver.start("main", store, clock, Runnable::run, new Random(1), new Noting(news));
  private final ScriptedState a = new ScriptedState("a");
  private final ScriptedState b = new ScriptedState("b");

  /** Forty states that go in one batch. */
  private final List<ScriptedState> many =
      IntStream.range(0, 40).mapToObj(i -> new ScriptedState("x" + i)).toList();

  private void saveTogether() {
    many.forEach(state -> saver.changed(state, TOGETHER));
    clock.advance(Duration.ZERO);
  }

  /** A store that saves every batch without x7. */
  private static Function<WriteBatch, List<WriteResult>> allBut(RuntimeException error) {
    return batch -> {
      if (ids(batch).contains("x7")) {
        throw error;
      }
      return ScriptedStore.saveAll(batch);
    };
  }

  private List<Integer> sizes() {
    return store.batches.stream().map(List::size).toList();
  }

  private void assertAllSavedButX7() {
    assertThat(many)
        .filteredOn(state -> !state.key().id().equals("x7"))
        .allSatisfy(state -> assertThat(state.told).containsOnlyOnce("saved"));
    assertThat(many.get(7).told).containsOnly("failed");
  }

  @Test
  @DisplayName("S3: an entry that fails its batch for good is found without any waiting")
  void theGuiltyEntryIsFoundAtOnce() {
    store.answers = allBut(new StateStoreException("not this one"));
    saveTogether();
    assertThat(sizes()).startsWith(40, 5);
    assertAllSavedButX7();
    assertThat(news).contains("failed [x7] 1");
  }

  @Test
  @DisplayName("S3: only the entry that was found waits, longer each time, until it is saved")
  void onlyTheGuiltyEntryWaits() {
    store.answers = allBut(new StateStoreException("not this one"));
    saveTogether();
    clock.advance(ofSeconds(60));
    assertAllSavedButX7();
    assertThat(saver.status().troubles())
        .singleElement()
        .satisfies(trouble -> assertThat(trouble.key().id()).isEqualTo("x7"))
        .satisfies(trouble -> assertThat(trouble.reason()).contains("StateStoreException"));
    assertThat(news).containsOnlyOnce("degraded x7");
    assertThat(news).as("counted by itself").contains("failed [x7] 2", "failed [x7] 9");
    long before = store.batches.size();
    saver.changed(a, COMMITTED);
    assertThat(a.told).as("nobody waits for it").containsExactly("saved");
    clock.advance(ofSeconds(20));
    assertThat(store.batches.size() - before - 1).as("tried with back-off").isBetween(3L, 9L);

    store.answers = ScriptedStore::saveAll;
    clock.advance(ofSeconds(5));
    assertThat(saver.status().troubled()).isZero();
    assertThat(news).containsOnlyOnce("restored x7");
    assertThat(many.get(7).failures).isZero();
    assertThat(many.get(7).company).as("no suspect any more").isEqualTo(Savable.MOST_COMPANY);
  }

  @Test
  @DisplayName("S3: a batch that finds the store away comes again whole, and smaller after that")
  void aBatchThatFindsTheStoreAwayComesAgainWhole() {
    store.answers = ScriptedStore.AWAY;
    saveTogether();
    assertThat(sizes()).as("nobody knocks again before its time").containsExactly(40);
    clock.advance(ofMillis(50));
    assertThat(sizes()).containsExactly(40, 40);
    clock.advance(ofMillis(100));
    assertThat(sizes()).containsExactly(40, 40, 5);
  }

  @Test
  @DisplayName("S3: an entry that a store seems away for is found when the store takes the others")
  void theEntryThatSeemsAnOutageIsFound() {
    store.answers = allBut(new StoreUnavailableException("away for one"));
    saveTogether();
    clock.advance(ofSeconds(5));
    assertThat(sizes()).startsWith(40, 40);
    assertAllSavedButX7();
  }

  @Test
  @DisplayName("S3: one entry alone that fails for good may mean the store: others wait with it")
  void anEntryAloneMayMeanTheStore() {
    store.answers = allBut(new StateStoreException("odd"));
    saver.changed(many.get(7), COMMITTED);
    saver.changed(a, COMMITTED);
    assertThat(store.batches).containsExactly(List.of("x7"));
    clock.advance(ofMillis(50));
    assertThat(a.told).containsExactly("saved");
  }

  @Test
  @DisplayName("S3: the failures of a store are counted over all keys that it failed for")
  void failuresOfAStoreAreCountedOverKeys() {
    store.answers = ScriptedStore.AWAY;
    saver.changed(a, COMMITTED);
    a.gives = () -> null;
    saver.changed(b, COMMITTED);
    clock.advance(ofMillis(50));
    assertThat(news).containsExactly("failed [a] 1", "down main", "failed [b] 2");
    assertThat(b.failures).isEqualTo(1);
  }
}
