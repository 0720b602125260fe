package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When and in which order states are saved, and what failures do to that: the hazards 24 to 42. */
class SavingHazardsTest {

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(500));

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());
  private final StateModule<Box> behind = boxes(BEHIND);

  // When

  @Test
  @DisplayName("H24 changes that never pause are saved every maxWait")
  void savesEveryMaxWaitUnderChangesThatNeverPause() {
    var box = rig.inline(behind).ref(behind, "a");
    for (int i = 0; i < 100; i++) {
      box.dispatch("increment");
      rig.clock.advance(ofMillis(20));
      assertThat(rig.stored("a")).isGreaterThanOrEqualTo(i + 1 - 26);
    }
    assertThat(rig.store.writes()).hasSizeBetween(4, 6);
  }

  @Test
  @DisplayName("A3 maxWait holds also where it is no multiple of the debounce")
  void savesAtMaxWaitBetweenTwoDebounces() {
    StateModule<Box> module = boxes(SavePolicy.writeBehind(ofMillis(70), ofMillis(500)));
    var box = rig.inline(module).ref(module, "a");
    for (int i = 0; i < 25; i++) {
      box.dispatch("increment");
      rig.clock.advance(ofMillis(20));
    }
    assertThat(rig.stored("a")).isEqualTo(25);
  }

  @Test
  void savesOnceTheDebounceIsOverAndNotBefore() {
    var box = rig.inline(behind).ref(behind, "a");
    box.dispatch("increment");
    rig.clock.advance(ofMillis(49));
    assertThat(rig.store.writes()).isEmpty();
    rig.clock.advance(ofMillis(1));
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("H38 the debounce is per key")
  void aBusyKeyDoesNotDelayAQuietOne() {
    var app = rig.inline(behind);
    app.ref(behind, "quiet").dispatch("increment");
    for (int i = 0; i < 3; i++) {
      app.ref(behind, "busy").dispatch("increment");
      rig.clock.advance(ofMillis(20));
    }
    assertThat(rig.hasRecord("quiet")).isTrue();
    assertThat(rig.hasRecord("busy")).isFalse();
  }

  @Test
  @DisplayName("S2 a hundred changes are one write")
  void coalescesChanges() {
    var box = rig.inline(behind).ref(behind, "a");
    IntStream.range(0, 100).forEach(i -> box.dispatch("increment"));
    rig.clock.advance(ofMillis(100));
    assertThat(rig.store.writes()).hasSize(1);
    assertThat(rig.stored("a")).isEqualTo(100);
  }

  @Test
  void flushSavesWhatIsDelayed() {
    var box = rig.inline(behind).ref(behind, "a");
    box.dispatch("increment");
    box.flush();
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  // Order

  @Test
  @DisplayName("H25 H36 one write of a key is in flight, and what changes meanwhile follows it")
  void neverHasTwoWritesOfAKeyInFlight() {
    var box = rig.threaded(committed).ref(committed, "a");
    rig.store.writing().hang();
    var first = box.dispatchAsync("increment");
    rig.store.writing().awaitHung();
    List<CompletableFuture<Box>> later =
        IntStream.range(0, 10).mapToObj(i -> box.dispatchAsync("increment")).toList();
    Rig.until(() -> box.latest().count() == 11);
    assertThat(rig.store.writing().hung()).isEqualTo(1);
    rig.store.writing().release();
    assertThat(answer(first).count()).isEqualTo(1);
    assertThat(answer(later.getLast()).count()).isEqualTo(11);
    assertThat(rig.store.writes()).hasSize(2);
    assertThat(rig.stored("a")).isEqualTo(11);
  }

  @Test
  @DisplayName(
      "H36 a change made while its predecessor is being saved stays dirty under write-behind")
  void aChangeDuringASaveIsSavedToo() {
    var box = rig.threaded(behind).ref(behind, "a");
    rig.store.writing().hang();
    box.dispatch("increment");
    var flush = CompletableFuture.runAsync(box::flush);
    rig.store.writing().awaitHung();
    box.dispatch("increment");
    rig.store.writing().release();
    answer(flush);
    box.flush();
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  // Failures

  @Test
  @DisplayName("H26 a save that fails once is tried again")
  void triesAgainAfterAFailure() {
    var app = rig.inline(committed);
    rig.store.writing().failNext(1);
    var answered = app.ref(committed, "a").dispatchAsync("increment");
    assertThat(answered).isNotDone();
    assertThat(app.isHealthy()).isFalse();
    assertThat(app.unsaved()).isEqualTo(1);
    rig.clock.advance(ofMillis(50));
    assertThat(answered).isCompletedWithValueMatching(box -> box.count() == 1);
    assertThat(app.isHealthy()).isTrue();
    assertThat(app.unsaved()).isZero();
    assertThat(rig.news.heard).containsExactly("failed 1", "recovered");
  }

  @Test
  @DisplayName("H26 an outage of 60 s loses nothing and is recovered from alone, without haste")
  void survivesALongOutage() {
    var app = rig.inline(behind);
    rig.store.writing().fail();
    for (int i = 0; i < 600; i++) {
      app.ref(behind, "a").dispatch("increment");
      app.ref(behind, "b" + i % 7).dispatch("increment");
      rig.clock.advance(ofMillis(100));
    }
    assertThat(app.isHealthy()).isFalse();
    assertThat(app.unsaved()).isEqualTo(8);
    assertThat(rig.store.writes()).hasSizeBetween(12, 40);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(5));
    assertThat(app.isHealthy()).isTrue();
    assertThat(app.unsaved()).isZero();
    assertThat(rig.stored("a")).isEqualTo(600);
    assertThat(rig.news.heard).endsWith("recovered");
  }

  @Test
  @DisplayName("H37 a key that the store rejects does not harm its neighbours")
  void aRejectedKeyHarmsNoNeighbour() {
    var app = rig.threaded(committed);
    rig.store.reject(key("bad"), "too odd");
    rig.store.writing().hang();
    var first = app.ref(committed, "first").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    var a = app.ref(committed, "a").dispatchAsync("increment");
    var bad = app.ref(committed, "bad").dispatchAsync("increment");
    var b = app.ref(committed, "b").dispatchAsync("increment");
    rig.store.writing().release();
    answer(first);
    assertThat(answer(a).count()).isEqualTo(1);
    assertThat(answer(b).count()).isEqualTo(1);
    assertThatThrownBy(() -> answer(bad))
        .isInstanceOf(StateRejectedException.class)
        .hasMessageContaining("bad")
        .hasMessageContaining("too odd");
    assertThat(rig.stored("a") + rig.stored("b")).isEqualTo(2);
    assertThat(rig.hasRecord("bad")).isFalse();
    rig.store.accept(key("bad"));
    assertThat(app.ref(committed, "bad").dispatch("increment").count()).isEqualTo(1);
    Rig.until(() -> rig.news.heard.equals(List.of("rejected bad")));
  }

  @Test
  @DisplayName(
      "H34 S7 a state over the limit fails its action and leaves the record and the instance")
  void aStateOverTheLimitFailsItsAction() {
    var app = rig.open(rig.here().modules(committed).maxRecordBytes(1_024));
    var box = app.ref(committed, "a");
    box.dispatch("increment");
    assertThatThrownBy(() -> box.dispatch("write", "x".repeat(2_000)))
        .isInstanceOf(StateRejectedException.class)
        .hasMessageContaining("\"a\"")
        .hasMessageContaining("2059 bytes")
        .hasMessageContaining("1024");
    assertThat(box.state()).isEqualTo(new Box(1, ""));
    assertThat(box.latest()).isEqualTo(new Box(1, ""));
    assertThat(rig.restarted("a")).isEqualTo(new Box(1, ""));
    assertThat(rig.news.heard).containsExactly("rejected a");
    assertThat(box.dispatch("increment").count()).isEqualTo(2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "S3 H57 under write-behind a rejected state is reported, refuses actions, and is saved later")
  void aRejectedStateUnderWriteBehindStaysOurs() {
    var app = rig.inline(behind);
    var box = app.ref(behind, "a");
    rig.store.reject(key("a"), "disk full");
    box.dispatch("increment");
    rig.clock.advance(ofMillis(50));
    assertThat(rig.news.heard).containsExactly("rejected a");
    assertThatThrownBy(() -> box.dispatch("increment"))
        .isInstanceOf(StateRejectedException.class)
        .hasMessageContaining("disk full");
    assertThatThrownBy(box::flush).isInstanceOf(StateRejectedException.class);
    assertThat(box.state().count()).isEqualTo(1);
    rig.store.accept(key("a"));
    box.flush();
    assertThat(box.dispatch("increment").count()).isEqualTo(2);
    box.flush();
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName("S6 closing names what the store has rejected")
  void closingNamesARejectedState() {
    var app = rig.inline(behind);
    rig.store.reject(key("a"), "disk full");
    app.ref(behind, "a").dispatch("increment");
    rig.clock.advance(ofMillis(50));
    assertThatThrownBy(app::close)
        .isInstanceOfSatisfying(
            UnsavedChangesException.class, e -> assertThat(e.keys()).containsExactly(key("a")));
  }

  // Conflicts

  @Test
  @DisplayName("H42 a conflict found by a background save stops the stale instance")
  void aConflictInTheBackgroundStopsTheStaleInstance() {
    var stale = rig.inline(behind).ref(behind, "a");
    var other = rig.inline(behind).ref(behind, "a");
    stale.dispatch("increment");
    other.dispatch("add", new Rig.Add(10));
    other.flush();
    rig.clock.advance(ofMillis(50));
    assertThat(stale.state().count()).as("its reducer has run again").isEqualTo(11);
    assertThat(rig.news.heard).containsExactly("conflict a");
    stale.dispatch("increment");
    stale.flush();
    assertThat(rig.stored("a")).isEqualTo(12);
  }
}
