package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rig.Add;
import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import dev.holdfast.test.FaultyStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Commits whose replies are lost: the hazards 67, 68 and 72. */
class LostRepliesTest {

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> module = boxes(SavePolicy.committed());

  private StateRef<Box> inline() {
    return rig.inline(module).ref(module, "a");
  }

  // Lost replies

  @Test
  @DisplayName("H67 a commit whose reply is lost counts once, and is no conflict")
  void aLostReplyCountsOnce() {
    var box = inline();
    for (int i = 1; i <= 3; i++) {
      rig.store.loseNextReplies(1);
      var answered = box.dispatchAsync("increment");
      assertThat(answered).isNotDone();
      rig.clock.advance(ofMillis(50));
      int count = i;
      assertThat(answered).isCompletedWithValueMatching(b -> b.count() == count);
    }
    assertThat(rig.stored("a")).isEqualTo(3);
    assertThat(rig.news.heard).doesNotContain("conflict a");
  }

  @Test
  @DisplayName("H67 several lost replies in a row, with more actions in between, count each once")
  void severalLostRepliesInARow() {
    var box = inline();
    rig.store.loseNextReplies(5);
    List<CompletableFuture<Box>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(box.withActionId("c." + i).dispatchAsync(i % 2 == 0 ? "increment" : "handle"));
      rig.clock.advance(ofMillis(400));
    }
    rig.clock.advance(ofSeconds(10));
    for (int i = 0; i < 6; i++) {
      int count = i + 1;
      assertThat(answers.get(i)).isCompletedWithValueMatching(b -> b.count() == count);
    }
    assertThat(rig.stored("a")).isEqualTo(6);
    assertThat(rig.news.heard).doesNotContain("conflict a");
  }

  @Test
  @DisplayName("S4 what a lost reply covered is answered though the next write does not land")
  void aLostReplyIsSettledBeforeTheNextWrite() {
    var box = inline();
    rig.store.loseNextReplies(1);
    var first = box.dispatchAsync("increment");
    var second = box.dispatchAsync("handle");
    assertThat(first).isNotDone();
    rig.clock.advance(ofMillis(50));
    assertThat(first).isCompletedWithValueMatching(b -> b.count() == 1);
    assertThat(second).isCompletedWithValueMatching(b -> b.count() == 2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "H67 an erase whose reply is lost stays an erase, and so does one after a lost reply")
  void anEraseWithALostReply() {
    var app = rig.threaded(module);
    var box = app.ref(module, "a");
    for (int lost = 0; lost < 3; lost++) {
      if (lost == 2) {
        rig.store.loseNextReplies(1);
        CompletableFuture<?> unused = box.dispatchAsync("increment");
      } else {
        box.dispatch("add", new Add(7));
      }
      rig.store.loseNextReplies(1);
      var erase = CompletableFuture.runAsync(() -> app.erase(key("a")));
      advanceUntil(erase);
      answer(erase);
      assertThat(rig.hasRecord("a")).isFalse();
      assertThat(box.state().count()).isZero();
    }
    assertThat(rig.news.heard).doesNotContain("conflict a");
  }

  /** Lets time pass, for the saver's back-off, but not so fast that time-outs strike. */
  private void advanceUntil(CompletableFuture<?> done) {
    long deadline = System.nanoTime() + ofSeconds(10).toNanos();
    while (!done.isDone() && System.nanoTime() < deadline) {
      rig.clock.advance(ofMillis(1));
      LockSupport.parkNanos(200_000);
    }
  }

  @Test
  @DisplayName(
      "H68 all send again after a crash before the replies, also elsewhere: each counts once")
  void resentActionsCountOnceOnAnotherRuntime() {
    var app = rig.threaded(module);
    rig.store.loseNextReplies(1_000);
    List<CompletableFuture<Box>> lost = IntStream.range(0, 100).mapToObj(i -> say(app, i)).toList();
    Rig.until(() -> rig.hasRecord("a")); // Not only sent: what is told next is read from it.
    rig.clock.advance(ofSeconds(40));
    lost.forEach(answer -> assertThat(answer.handle((b, e) -> e)).isNotNull());
    var other =
        rig.open(
            Holdfast.builder(rig.shared).modules(module).clock(rig.clock).executor(Runnable::run));
    int landed = other.ref(module, "a").state().count();
    assertThat(landed).isBetween(1, 100);
    for (int round = 0; round < 2; round++) {
      IntStream.range(0, 100).forEach(i -> answer(say(other, i)));
      assertThat(rig.stored("a")).isEqualTo(100);
    }
  }

  private CompletableFuture<Box> say(Holdfast app, int session) {
    return app.session("s" + session)
        .ref(module, "a")
        .withActionId("c.1")
        .dispatchAsync("increment");
  }

  @Test
  @DisplayName("H67 S4 another writer comes between a lost reply and the retry: still once")
  void anotherWriterBetweenALostReplyAndTheRetry() {
    var box = inline();
    var other = inline();
    box.state();
    rig.store.loseNextReplies(1);
    var first = box.withActionId("c.1").dispatchAsync("increment");
    assertThat(other.dispatch("add", new Add(10)).count()).isEqualTo(11);
    rig.clock.advance(ofMillis(50));
    assertThat(first).isCompletedWithValueMatching(b -> b.count() == 11);
    assertThat(rig.stored("a")).isEqualTo(11);
  }

  @Test
  @DisplayName("A3 S4 another's record that holds an action says nothing of what the action sent")
  void whatAnotherRecordHoldsStillWaitsForWhatItSent() {
    FaultyStateStore slow = FaultyStateStore.around(StateStore.inMemory());
    StateModule<Box> inner = Rig.inner(slow);
    StateModule<Box> outer = Rig.sendingTo(inner);
    var box = rig.inline(outer, inner).ref(outer, "a");
    slow.writing().fail();
    rig.store.loseNextReplies(1);
    var both = box.withActionId("c.1").dispatchAsync("both");
    var later = box.withActionId("c.2").dispatchAsync("increment");
    assertThat(inline().dispatch("add", new Add(10)).count()).isEqualTo(11);
    rig.clock.advance(ofMillis(50));
    assertThat(rig.news.heard).contains("conflict a");
    assertThat(rig.stored("a")).isEqualTo(12);
    assertThat(both).isNotDone();
    assertThat(later).isNotDone();

    slow.writing().recover();
    rig.clock.advance(ofSeconds(10));
    assertThat(both).isCompletedWithValueMatching(b -> b.count() == 11);
    assertThat(later).isCompletedWithValueMatching(b -> b.count() == 12);
    assertThat(box.state().count()).isEqualTo(12);
  }

  @Test
  @DisplayName("S4 without an id nobody can tell whether another's record holds it: never twice")
  void withoutAnIdItIsNotRunAgainOnARecordThatMayHoldIt() {
    var box = inline();
    var other = inline();
    box.dispatch("add", new Add(100));
    rig.store.loseNextReplies(1);
    var first = box.dispatchAsync("increment");
    var second = box.withActionId("c.1").dispatchAsync("increment");
    assertThat(other.dispatch("add", new Add(10)).count()).isEqualTo(111);
    rig.clock.advance(ofMillis(50));
    assertThat(Rig.error(first)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(second).isCompletedWithValueMatching(b -> b.count() == 112);
    assertThat(rig.stored("a")).isEqualTo(112);
  }

  @Test
  @DisplayName("A3 A6 an action sent again waits for what it sent, also if what came between fails")
  void aRepeatWaitsForWhatItSentThoughTheNextIsRejected() {
    FaultyStateStore slow = FaultyStateStore.around(StateStore.inMemory());
    StateModule<Box> inner = Rig.inner(slow);
    StateModule<Box> outer = Rig.sendingTo(inner);
    var box = rig.inline(outer, inner).ref(outer, "a");
    slow.writing().fail();
    var both = box.withActionId("c.1").dispatchAsync("both");
    rig.store.writing().failNext(1);
    var later = box.withActionId("c.2").dispatchAsync("increment");
    var again = box.withActionId("c.1").dispatchAsync("both");
    rig.store.reject(key("a"), "odd");
    rig.clock.advance(ofSeconds(10));
    assertThat(Rig.error(later)).isInstanceOf(StateRejectedException.class);
    assertThat(both).isNotDone();
    assertThat(again).isNotDone();

    slow.writing().recover();
    rig.clock.advance(ofSeconds(10));
    assertThat(both).isCompletedWithValueMatching(b -> b.count() == 1);
    assertThat(again).isCompletedWithValueMatching(b -> b.count() == 1);
  }

  // Unknown outcomes, and states that cannot be stored

  @Test
  @DisplayName("S4 S7 what a lost reply covered is stored, whatever becomes of a state after it")
  void anUnfitStateAfterALostReplyTakesNothingAlong() {
    for (boolean landed : new boolean[] {true, false}) {
      String id = "a" + landed;
      var app = rig.open(rig.here().modules(module).maxRecordBytes(1_024));
      var box = app.ref(module, id);
      if (landed) {
        rig.store.loseNextReplies(1);
      } else {
        rig.store.writing().failNext(1);
      }
      var first = box.withActionId("c.1").dispatchAsync("increment");
      var large = box.withActionId("c.2").dispatchAsync("write", "x".repeat(2_000));
      rig.clock.advance(ofSeconds(10));

      assertThat(first).isCompletedWithValueMatching(b -> b.count() == 1);
      assertThat(Rig.error(large)).isInstanceOf(StateRejectedException.class);
      assertThat(rig.stored(id)).isEqualTo(1);
      assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
      assertThat(box.withActionId("c.3").dispatch("increment").count()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("S4 S7 what a lost reply covered is stored, also if the store then rejects the key")
  void aRejectionAfterALostReplyFindsOutWhatIsStored() {
    var box = inline();
    for (boolean landed : new boolean[] {true, false}) {
      int before = box.state().count();
      if (landed) {
        rig.store.loseNextReplies(1);
      } else {
        rig.store.writing().failNext(1);
      }
      var first = box.dispatchAsync("increment");
      var second = box.dispatchAsync("increment");
      rig.store.reject(key("a"), "odd");
      rig.clock.advance(ofSeconds(10));

      if (landed) {
        assertThat(first).isCompletedWithValueMatching(b -> b.count() == before + 1);
      } else {
        assertThat(Rig.error(first)).isInstanceOf(StateRejectedException.class);
      }
      assertThat(Rig.error(second)).isInstanceOf(StateRejectedException.class);
      rig.store.accept(key("a"));
      assertThat(rig.stored("a")).isEqualTo(landed ? before + 1 : before);
    }
  }

  @Test
  @DisplayName("A7 S7 what a lost reply covered is unknown while nobody can ask the store")
  void aRejectionAfterALostReplyIsUnknownWithoutLoads() {
    var box = inline();
    rig.store.loseNextReplies(1);
    var first = box.withActionId("c.1").dispatchAsync("increment");
    rig.store.reject(key("a"), "odd");
    rig.store.loading().fail();
    rig.clock.advance(ofSeconds(31));
    assertThat(Rig.error(first)).isInstanceOf(OutcomeUnknownException.class);
    rig.store.loading().recover();
    rig.store.accept(key("a"));
    rig.clock.advance(ofSeconds(31));
    assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  // Reading what was shown

  @Test
  @DisplayName(
      "H72 what is shown while a commit hangs was committed, also after a crash a moment later")
  void whatIsShownWhileACommitHangsWasCommitted() {
    var app = rig.threaded(module);
    var box = app.session("s").ref(module, "a");
    answer(box.dispatchAsync("increment"));
    rig.store.losesUnsynced();
    var hung = box.dispatchAsync("increment");
    rig.store.awaitUnsynced(1);
    int shown = app.session("s").ref(module, "a").state().count();
    int shownToOthers = app.ref(module, "a").state().count();
    rig.store.crash();
    assertThat(rig.stored("a")).isEqualTo(shown).isEqualTo(shownToOthers).isEqualTo(1);
    assertThat(hung).isNotDone();
  }
}
