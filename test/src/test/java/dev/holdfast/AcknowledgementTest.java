package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.error;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an answer promises, and what is written for it: the laws A3, A4 and A5. */
class AcknowledgementTest {

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(500));

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());
  private final StateModule<Box> behind = boxes(BEHIND);

  @Test
  @DisplayName("A3 committed: no answer, no push and no state() before the commit")
  void nothingIsSeenBeforeTheCommit() {
    var box = rig.threaded(committed).ref(committed, "a");
    rig.store.losesUnsynced();
    CompletableFuture<Box> pushed = new CompletableFuture<>();
    try (Subscription open = box.subscribe(pushed::complete)) {
      assertThat(open).isNotNull();
      var answered = box.dispatchAsync("increment");
      rig.store.awaitUnsynced(1);
      assertThat(answered).isNotDone();
      assertThat(pushed).isNotDone();
      assertThat(box.state().count()).isZero();
      assertThat(box.latest().count()).isEqualTo(1);
      rig.store.sync();
      assertThat(answer(answered).count()).isEqualTo(1);
      assertThat(answer(pushed).count()).isEqualTo(1);
      assertThat(box.state().count()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("A3 an action that changes nothing waits for the commit of the state that it shows")
  void anUnchangedAnswerIsCommittedToo() {
    var box = rig.threaded(committed).ref(committed, "a");
    rig.store.losesUnsynced();
    var first = box.dispatchAsync("increment");
    rig.store.awaitUnsynced(1);
    var look = box.dispatchAsync("nothing");
    assertThat(look).isNotDone();
    rig.store.sync();
    assertThat(answer(look).count()).isEqualTo(1);
    assertThat(first).isDone();
  }

  @Test
  @DisplayName("A3 an action is acknowledged after what it dispatched")
  void anAnswerWaitsForWhatTheActionDispatched() {
    StateModule<Box> log =
        StateModule.define("Log", new Box(0, ""))
            .persist(KeyStrategy.byId())
            .reduce("increment", b -> b.plus(1))
            .build();
    StateModule<Box> outer =
        boxes()
            .persist(KeyStrategy.byId(), p -> p.save(BEHIND))
            .onAction(
                "both",
                ctx -> {
                  ctx.update(b -> b.plus(1));
                  CompletableFuture<?> unused = ctx.ref(log, "l").dispatchAsync("increment");
                })
            .build();
    var app = rig.threaded(outer, log);
    rig.store.writing().hang();
    var answered = app.ref(outer, "a").dispatchAsync("both");
    rig.store.writing().awaitHung();
    assertThat(answered).isNotDone();
    assertThat(app.ref(outer, "a").state().count()).isZero();
    rig.store.writing().release();
    assertThat(answer(answered).count()).isEqualTo(1);
    assertThat(app.ref(log, "l").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("A3 write-behind acknowledges and shows at once")
  void writeBehindAnswersAtOnce() {
    var box = rig.inline(behind).ref(behind, "a");
    rig.store.writing().fail();
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
    assertThat(box.state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("A3 what a crash takes was never acknowledged")
  void aCrashTakesOnlyWhatNobodyWasTold() {
    var box = rig.threaded(committed).ref(committed, "a");
    rig.store.losesUnsynced();
    var first = box.dispatchAsync("increment");
    rig.store.awaitUnsynced(1);
    rig.store.sync();
    answer(first);
    var second = box.dispatchAsync("increment");
    rig.store.awaitUnsynced(1);
    assertThat(second).isNotDone();
    rig.store.crash();
    assertThat(rig.stored("a")).isEqualTo(1);
    assertThat(second).isNotDone();
  }

  @Test
  @DisplayName("A4 an action that changes nothing writes nothing and pushes nothing")
  void anActionThatChangesNothingWritesNothing() {
    var box = rig.inline(committed).ref(committed, "a");
    box.dispatch("increment");
    List<Box> pushed = new ArrayList<>();
    try (Subscription open = box.subscribe(pushed::add)) {
      assertThat(open).isNotNull();
      assertThat(box.dispatch("nothing").count()).isEqualTo(1);
      assertThat(box.withActionId("c.1").dispatch("same").count()).isEqualTo(1);
    }
    assertThat(rig.store.writes()).hasSize(1);
    assertThat(pushed).isEmpty();
  }

  /** A state that is changed in place, also deep inside. */
  @SuppressWarnings("JavaUtilDate") // as users have it
  static final class Bag {
    public Map<String, Integer> map = new LinkedHashMap<>();
    public Set<String> set = new LinkedHashSet<>();
    public Instant instant = Instant.EPOCH;
    public Date date = new Date(0);
  }

  @SuppressWarnings("JavaUtilDate") // as users have it
  @Test
  @DisplayName("H32 a change inside a map, a set or a date is noticed")
  void noticesChangesDeepInside() {
    StateModule<Bag> bags =
        StateModule.define("Bag", Bag::new)
            .persist(KeyStrategy.global())
            .onAction("map", ctx -> ctx.state().map.merge("a", 1, Integer::sum))
            .onAction("set", ctx -> ctx.state().set.add("a"))
            .onAction("instant", ctx -> ctx.state().instant = Instant.ofEpochSecond(5))
            .onAction("date", ctx -> ctx.state().date.setTime(5))
            .onAction("nothing", ctx -> ctx.state().set.add("a"))
            .build();
    var bag = rig.inline(bags).ref(bags);
    for (String action : List.of("map", "set", "instant", "date")) {
      int before = rig.store.writes().size();
      bag.dispatch(action);
      assertThat(rig.store.writes()).as(action).hasSize(before + 1);
    }
    bag.dispatch("nothing");
    assertThat(rig.store.writes()).hasSize(4);
    rig.inline(bags).ref(bags).state();
    assertThat(bag.state().map).containsEntry("a", 1);
    assertThat(bag.state().date).isEqualTo(new Date(5));
  }

  // Listeners

  @Test
  @DisplayName("H35 A5 a listener that throws stops neither saving nor other listeners nor itself")
  void aListenerThatThrowsStopsNothing() {
    var box = rig.inline(committed).ref(committed, "a");
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    try (Subscription one = box.subscribe(b -> throwAfter(() -> first.add(b.count())));
        Subscription two = box.subscribe(b -> second.add(b.count()))) {
      assertThat(one).isNotEqualTo(two);
      assertThat(box.dispatch("increment").count()).isEqualTo(1);
      assertThat(box.dispatch("increment").count()).isEqualTo(2);
    }
    assertThat(first).containsExactly(1, 2);
    assertThat(second).containsExactly(1, 2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  private static void throwAfter(Runnable task) {
    task.run();
    throw new AssertionError("The test's listener throws");
  }

  @Test
  @DisplayName("A5 a save listener that throws stops nothing")
  void aSaveListenerThatThrowsStopsNothing() {
    rig.news.throwing = true;
    var app = rig.inline(committed);
    rig.store.writing().failNext(2);
    var answered = app.ref(committed, "a").dispatchAsync("increment");
    rig.clock.advance(ofSeconds(1));
    assertThat(answered).isCompletedWithValueMatching(box -> box.count() == 1);
    rig.store.reject(key("b"), "odd");
    assertThat(error(app.ref(committed, "b").dispatchAsync("increment")))
        .isInstanceOf(StateRejectedException.class);
    assertThat(app.ref(committed, "a").dispatch("increment").count()).isEqualTo(2);
    assertThat(rig.news.heard).containsExactly("failed 1", "failed 2", "recovered", "rejected b");
  }

  @Test
  void aStoreThatThrowsAnErrorIsTriedAgain() {
    var app = rig.inline(committed);
    List<String> thrown = new ArrayList<>(List.of("once"));
    rig.store.beforeWrite(
        batch -> {
          if (!thrown.isEmpty()) {
            throw new AssertionError(thrown.removeLast());
          }
        });
    var answered = app.ref(committed, "a").dispatchAsync("increment");
    rig.clock.advance(ofSeconds(1));
    assertThat(answered).isCompletedWithValueMatching(box -> box.count() == 1);
  }
}
