package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Closing and erasing: the hazards 27 to 30 and 40, and the laws S5 and S6. */
class LeavingHazardsTest {

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(500));

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());
  private final StateModule<Box> behind = boxes(BEHIND);

  // Leaving

  @Test
  @DisplayName("H27 S6 a save that fails while closing is reported, and everything is closed")
  void closingReportsWhatItCouldNotSave() {
    var app = rig.inline(behind);
    app.ref(behind, "a").dispatch("increment");
    app.ref(behind, "b").dispatch("increment");
    app.ref(behind, "c").dispatch("nothing");
    rig.store.writing().fail();
    assertThatThrownBy(app::close)
        .isInstanceOfSatisfying(
            UnsavedChangesException.class,
            e -> assertThat(e.keys()).containsExactlyInAnyOrder(key("a"), key("b")));
    assertThat(rig.news.heard).endsWith("unsaved [a, b]");
    assertThatThrownBy(() -> app.ref(behind, "a").dispatch("increment"))
        .isInstanceOf(ClosedException.class);
    app.close();
  }

  @Test
  @DisplayName("S6 a commit that hangs does not hold up closing, and its callers are answered")
  void closingAnswersWhoWaits() {
    var app = rig.threaded(committed);
    rig.store.writing().hang();
    var answered = app.ref(committed, "a").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    assertThatThrownBy(app::close)
        .isInstanceOfSatisfying(
            UnsavedChangesException.class, e -> assertThat(e.keys()).containsExactly(key("a")));
    assertThatThrownBy(() -> answer(answered)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  @DisplayName("H30 closing saves what is delayed")
  void closingSavesWhatIsDelayed() {
    var app = rig.inline(behind);
    IntStream.range(0, 3_000).forEach(i -> app.ref(behind, "k" + i).dispatch("increment"));
    app.close();
    assertThat(rig.stored("k0") + rig.stored("k2999")).isEqualTo(2);
    assertThat(rig.store.writes().stream().mapToInt(batch -> batch.entries().size()).sum())
        .isEqualTo(3_000);
  }

  @Test
  @DisplayName("H28 S5 a closed runtime never writes again")
  void aClosedRuntimeNeverWritesAgain() {
    var app = rig.inline(behind);
    app.ref(behind, "a").dispatch("increment");
    rig.store.writing().fail();
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    int before = rig.store.writes().size();
    rig.clock.advance(ofHours(1));
    assertThat(rig.store.writes()).hasSize(before);
    assertThat(rig.hasRecord("a")).isFalse();
  }

  // Erasing

  @Test
  @DisplayName("S5 R6 an erase after a lost reply leaves no record, not even one of defaults")
  void anEraseAfterALostReplyLeavesNoRecord() {
    var app = rig.inline(committed);
    var box = app.ref(committed, "a");
    rig.store.loseNextReplies(1);
    var first = box.dispatchAsync("increment");
    var second = box.dispatchAsync("increment");
    var erase = CompletableFuture.runAsync(() -> app.erase(key("a")));
    Rig.until(() -> second.isDone());
    assertThat(first).isCompletedExceptionally();
    Rig.until(
        () -> {
          rig.clock.advance(ofMillis(1));
          return erase.isDone();
        });
    answer(erase);
    rig.clock.advance(ofSeconds(5));
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(box.state().count()).isZero();
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("H40 S5 a write that was prepared before an erase does not bring the state back")
  void aWritePreparedBeforeAnEraseBringsNothingBack() {
    var app = rig.threaded(committed);
    var box = app.ref(committed, "a");
    box.dispatch("increment");
    List<WriteBatch> seen = new CopyOnWriteArrayList<>();
    rig.store.beforeWrite(seen::add);
    rig.store.writing().hang();
    var late = box.dispatchAsync("increment");
    rig.store.writing().awaitHung();
    var erase = CompletableFuture.runAsync(() -> app.erase(key("a")));
    assertThatThrownBy(() -> answer(late)).isInstanceOf(ConflictException.class);
    assertThat(box.latest().count()).isZero();
    rig.store.writing().release();
    answer(erase);
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(box.state().count()).isZero();
    assertThat(rig.store.write(seen.getFirst()).getFirst()).asString().startsWith("Conflict");
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("S5 delayed changes of an erased key are not saved")
  void delayedChangesOfAnErasedKeyAreNotSaved() {
    var app = rig.inline(behind);
    app.ref(behind, "a").dispatch("increment");
    app.erase(key("a"));
    rig.clock.advance(ofSeconds(10));
    app.close();
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(rig.stored("a")).isZero();
  }

  @Test
  @DisplayName("S5 H40 a load that is slower than an erase brings nothing back")
  void aSlowLoadBringsNothingBackAfterAnErase() {
    try (Holdfast before = Holdfast.open(rig.shared, committed)) {
      before.ref(committed, "a").dispatch("add", new Rig.Add(40));
    }
    var app = rig.threaded(committed);
    var box = app.ref(committed, "a");
    rig.store.loading().hang(key("a"));
    var waiting = box.dispatchAsync("increment");
    rig.store.loading().awaitHung();
    rig.store.writing().hang();
    var erase = CompletableFuture.runAsync(() -> app.erase(key("a")));
    rig.store.writing().awaitHung();
    rig.store.loading().release();
    assertThat(box.state().count()).isZero();
    rig.store.writing().release();
    answer(erase);
    assertThat(answer(waiting).count()).isEqualTo(1);
    assertThat(box.state().count()).isEqualTo(1);
    assertThat(answer(box.dispatchAsync("increment")).count()).isEqualTo(2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName("S5 an erase is carried out after an outage, and nothing of before comes back")
  void anEraseSurvivesAnOutage() {
    var app = rig.inline(committed);
    var box = app.ref(committed, "a");
    box.dispatch("add", new Rig.Add(40));
    rig.store.writing().failNext(3);
    var erase = CompletableFuture.runAsync(() -> app.erase(key("a")));
    rig.store.awaitWrites(2);
    while (!erase.isDone()) {
      rig.clock.advance(ofMillis(10));
      Thread.onSpinWait();
    }
    answer(erase);
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("S5 the end of a tombstone is no conflict for the instance that goes on")
  void goesOnAfterTheTombstoneIsGone() {
    for (StateModule<Box> module : List.of(committed, behind)) {
      var app = rig.inline(module);
      var box = app.ref(module, "a");
      try (Subscription keepsItInMemory = box.subscribe(b -> {})) {
        assertThat(keepsItInMemory).isNotNull();
        box.dispatch("increment");
        app.erase(key("a"));
        rig.clock.advance(ofMinutes(12));
        assertThat(rig.shared.load(key("a"))).isEmpty();
        assertThat(box.dispatch("handle").count()).isEqualTo(1);
        box.flush();
        assertThat(rig.stored("a")).isEqualTo(1);
      }
      app.erase(key("a"));
    }
    assertThat(rig.news.heard).isEmpty();
  }

  @Test
  @DisplayName("S5 an action during an erase that the store then rejects is not shown")
  void aRejectedActionAfterAnEraseIsNotShown() {
    var app = rig.threaded(committed);
    var box = app.ref(committed, "a");
    box.dispatch("increment");
    rig.store.writing().hang();
    var erase = CompletableFuture.runAsync(() -> app.erase(key("a")));
    rig.store.writing().awaitHung();
    rig.store.beforeWrite(
        batch -> {
          boolean puts =
              batch.entries().stream()
                  .anyMatch(e -> e instanceof Put put && !put.record().isTombstone());
          if (puts) {
            rig.store.reject(key("a"), "odd");
          }
        });
    var action = box.dispatchAsync("increment");
    assertThat(box.latest().count()).isEqualTo(1);
    rig.store.writing().release();
    answer(erase);
    assertThatThrownBy(() -> answer(action)).isInstanceOf(StateRejectedException.class);
    assertThat(box.state().count()).isZero();
    assertThat(box.latest().count()).isZero();
  }
}
