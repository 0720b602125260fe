package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.error;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An action with an id is applied exactly once (law A6). */
class ActionIdsTest {

  @AutoClose private final Rig rig = new Rig();

  /** What a handler of another module dispatches to. */
  private final StateModule<Box> inner =
      StateModule.define("Inner", new Box(0, ""))
          .persist(KeyStrategy.byId())
          .reduce("increment", b -> b.plus(1))
          .build();

  private final StateModule<Box> module = boxes(SavePolicy.committed());

  @Test
  void theSameIdCountsOnce() {
    var box = rig.inline(module).ref(module, "a");
    assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
    assertThat(box.withActionId("c.2").dispatch("increment").count()).isEqualTo(2);
    assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(2);
    assertThat(box.withActionId("d.1").dispatch("handle").count()).isEqualTo(3);
    assertThat(box.withActionId("d.1").dispatch("handle").count()).isEqualTo(3);
    assertThat(rig.stored("a")).isEqualTo(3);
  }

  @Test
  void theSameIdCountsOnceAfterARestart() {
    try (Holdfast app = rig.inline(module)) {
      app.ref(module, "a").withActionId("c.1").dispatch("increment");
    }
    var box = rig.inline(module).ref(module, "a");
    assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  void theSameIdCountsOnceUnderWriteBehind() {
    StateModule<Box> behind = boxes(SavePolicy.writeBehind(ofSeconds(1), ofSeconds(1)));
    var box = rig.inline(behind).ref(behind, "a");
    box.withActionId("c.1").dispatch("increment");
    assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
    box.flush();
    assertThat(
            rig.inline(behind).ref(behind, "a").withActionId("c.1").dispatch("increment").count())
        .isEqualTo(1);
  }

  @Test
  @DisplayName("A6 an id that comes again while its commit is on the way waits for that commit")
  void anIdThatComesAgainDuringItsCommitWaitsForIt() {
    var box = rig.threaded(module).ref(module, "a");
    rig.store.writing().hang();
    var first = box.withActionId("c.1").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    var again = box.withActionId("c.1").dispatchAsync("increment");
    assertThat(again).isNotDone();
    rig.store.writing().release();
    assertThat(answer(first).count()).isEqualTo(1);
    assertThat(answer(again).count()).isEqualTo(1);
  }

  @Test
  @DisplayName("A6 of 64 numbers back each is known for itself; what is older is never run")
  void remembersAWindowOfNumbers() {
    var box = rig.inline(module).ref(module, "a");
    box.withActionId("c.0").dispatch("increment");
    box.withActionId("c.100").dispatch("increment");
    assertThat(box.withActionId("c.37").dispatch("increment").count()).isEqualTo(3);
    assertThat(box.withActionId("c.37").dispatch("increment").count()).isEqualTo(3);
    for (String old : List.of("c.36", "c.0")) {
      assertThat(error(box.withActionId(old).dispatchAsync("increment")))
          .as(old)
          .isInstanceOf(OutcomeUnknownException.class);
    }
    assertThat(box.withActionId("c.99").dispatch("increment").count()).isEqualTo(4);
    var restarted = rig.inline(module).ref(module, "a");
    assertThat(restarted.withActionId("c.37").dispatch("increment").count()).isEqualTo(4);
    assertThat(error(restarted.withActionId("c.36").dispatchAsync("increment")))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(rig.stored("a")).isEqualTo(4);
  }

  @Test
  void numbersThatArriveOutOfOrderAllCountOnce() {
    var box = rig.inline(module).ref(module, "a");
    for (int round = 0; round < 2; round++) {
      for (int n = 63; n >= 0; n--) {
        box.withActionId("c." + n).dispatch("increment");
      }
    }
    assertThat(box.state().count()).isEqualTo(64);
  }

  @Test
  @DisplayName("A6 ids belong to their session")
  void idsBelongToTheirSession() {
    var app = rig.inline(module);
    app.session("s").ref(module, "a").withActionId("c.1").dispatch("increment");
    app.session("t").ref(module, "a").withActionId("c.1").dispatch("increment");
    app.ref(module, "a").withActionId("c.1").dispatch("increment");
    assertThat(app.session("s").ref(module, "a").withActionId("c.1").dispatch("increment").count())
        .isEqualTo(3);
  }

  @Test
  @DisplayName("A6 the id of an action that failed can be used again")
  void theIdOfAFailedActionCanBeUsedAgain() {
    AtomicBoolean fails = new AtomicBoolean(true);
    StateModule<Box> flaky =
        boxes()
            .onAction(
                "flaky",
                ctx -> {
                  if (fails.get()) {
                    throw new IllegalStateException("no");
                  }
                  ctx.update(b -> b.plus(1));
                })
            .persist(KeyStrategy.byId())
            .build();
    var box = rig.inline(flaky).ref(flaky, "a");
    assertThatThrownBy(() -> box.withActionId("c.1").dispatch("flaky"))
        .isInstanceOf(ActionFailedException.class);
    fails.set(false);
    assertThat(box.withActionId("c.1").dispatch("flaky").count()).isEqualTo(1);
    assertThat(box.withActionId("c.1").dispatch("flaky").count()).isEqualTo(1);
  }

  @Test
  @DisplayName("A6 the id of a rejected action can be used again, those of stored ones stay known")
  void aRejectionForgetsItsOwnIdsOnly() {
    var app = rig.threaded(module);
    var box = app.ref(module, "a");
    answer(box.withActionId("c.1").dispatchAsync("increment"));
    rig.store.reject(key("a"), "odd");
    rig.store.writing().hang();
    var rejected = box.withActionId("c.2").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    var again = box.withActionId("c.1").dispatchAsync("increment");
    rig.store.writing().release();
    assertThatThrownBy(() -> answer(rejected)).isInstanceOf(StateRejectedException.class);
    assertThat(answer(again).count()).isEqualTo(1);
    rig.store.accept(key("a"));
    assertThat(answer(box.withActionId("c.1").dispatchAsync("increment")).count()).isEqualTo(1);
    assertThat(answer(box.withActionId("c.2").dispatchAsync("increment")).count()).isEqualTo(2);
    assertThat(answer(box.withActionId("c.2").dispatchAsync("increment")).count()).isEqualTo(2);
  }

  @Test
  @DisplayName("A6 nested actions carry the outer id plus an ordinal: a resent one repeats nothing")
  void nestedActionsCountOnce() {
    AtomicInteger failures = new AtomicInteger(2);
    StateModule<Box> outer =
        boxes()
            .onAction(
                "three",
                ctx -> {
                  ctx.ref(inner, "i").dispatch("increment");
                  CompletableFuture<?> unused = ctx.ref(inner, "i").dispatchAsync("increment");
                  if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("no");
                  }
                  ctx.ref(inner, "j").dispatch("increment");
                  ctx.update(b -> b.plus(1));
                })
            .persist(KeyStrategy.byId())
            .build();
    for (int start = 0; start < 4; start++) {
      try (Holdfast app = rig.inline(outer, inner)) {
        var sent = app.ref(outer, "a").withActionId("c.1").dispatchAsync("three");
        assertThat(sent.isCompletedExceptionally()).isEqualTo(start < 2);
        assertThat(app.ref(inner, "i").state().count()).isEqualTo(2);
      }
    }
    var app = rig.inline(outer, inner);
    assertThat(app.ref(inner, "j").state().count()).isEqualTo(1);
    assertThat(app.ref(outer, "a").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("A7 H73 after a late commit the id of an unanswered action says that it counted")
  void anUnansweredActionCountsOnceWhenAskedAgain() {
    var box = rig.threaded(module).ref(module, "a");
    box.state();
    rig.store.writing().hang();
    var lost = box.withActionId("c.1").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    rig.clock.advance(ofSeconds(30));
    assertThatThrownBy(() -> answer(lost)).isInstanceOf(OutcomeUnknownException.class);
    var again = box.withActionId("c.1").dispatchAsync("increment");
    rig.clock.advance(ofSeconds(30));
    assertThatThrownBy(() -> answer(again)).isInstanceOf(OutcomeUnknownException.class);
    rig.store.writing().release();
    assertThat(answer(box.withActionId("c.1").dispatchAsync("increment")).count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "A6 a full table refuses new clients, and has room again after 10 minutes of silence")
  void aFullTableRefusesRatherThanForgets() {
    StateModule<Box> behind = boxes(SavePolicy.writeBehind(ofMinutes(30), ofMinutes(30)));
    var box = rig.inline(behind).ref(behind, "a");
    IntStream.range(0, ActionIds.Memory.DEFAULT.clients())
        .forEach(i -> box.withActionId("c" + i + ".1").dispatch("increment"));
    assertThat(error(box.withActionId("more.1").dispatchAsync("increment")))
        .isInstanceOf(OverloadedException.class);
    assertThat(box.withActionId("c0.1").dispatch("increment").count())
        .isEqualTo(ActionIds.Memory.DEFAULT.clients());
    assertThat(box.withActionId("c0.2").dispatch("increment").count())
        .isEqualTo(ActionIds.Memory.DEFAULT.clients() + 1);
    rig.clock.advance(ofMinutes(11));
    assertThat(box.withActionId("more.1").dispatch("increment").count())
        .isEqualTo(ActionIds.Memory.DEFAULT.clients() + 2);
  }

  @Test
  void anIdOfAnErasedLifeSaysNothingAboutTheNext() {
    var app = rig.inline(module);
    app.ref(module, "a").withActionId("c.1").dispatch("increment");
    app.erase(key("a"));
    assertThat(app.ref(module, "a").withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
  }

  @Test
  void anIdOfAnotherFormIsRefused() {
    var box = rig.inline(module).ref(module, "a");
    for (String bad : List.of("", " ", "a b", "ä", "x".repeat(65), "a/b")) {
      assertThatThrownBy(() -> box.withActionId(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(box.withActionId("evt_91").dispatch("increment").count()).isEqualTo(1);
    assertThat(box.withActionId("evt_91").dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.shared.load(StateKey.keyed("Box", "a"))).isPresent();
  }

  @Test
  @DisplayName("A6 a module says how many clients it remembers, and for how long")
  void theMemoryIsTheModules() {
    StateModule<Box> few =
        boxes().persist(KeyStrategy.byId(), p -> p.rememberActionIds(2, ofSeconds(90))).build();
    var box = rig.inline(few).ref(few, "a");
    box.withActionId("a.1").dispatch("increment");
    box.withActionId("b.1").dispatch("increment");
    assertThat(error(box.withActionId("c.1").dispatchAsync("increment")))
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("2 clients");
    assertThat(box.dispatch("increment").count()).as("without an id").isEqualTo(3);
    rig.clock.advance(ofSeconds(80));
    box.withActionId("b.2").dispatch("increment");
    assertThat(box.withActionId("a.1").dispatch("increment").count()).isEqualTo(4);
    rig.clock.advance(ofSeconds(20));
    assertThat(box.withActionId("c.1").dispatch("increment").count()).isEqualTo(5);
    assertThat(box.withActionId("b.1").dispatch("increment").count()).isEqualTo(5);
  }

  @Test
  void aMemoryOutOfRangeIsRefused() {
    for (int clients : new int[] {0, -1, 1_000_001}) {
      assertThatThrownBy(
              () ->
                  boxes()
                      .persist(KeyStrategy.byId(), p -> p.rememberActionIds(clients, ofMinutes(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(clients));
    }
    assertThatThrownBy(
            () -> boxes().persist(KeyStrategy.byId(), p -> p.rememberActionIds(1, ofMinutes(-1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1M");
  }

  @Test
  @DisplayName("A6 an action that failed or changed nothing writes nothing for its id")
  void nothingIsWrittenForAnActionThatChangedNothing() {
    var box = rig.inline(module).ref(module, "a");
    box.withActionId("c.1").dispatch("nothing");
    box.withActionId("c.2").dispatch("same");
    assertThat(rig.store.writes()).isEmpty();
    box.withActionId("c.3").dispatch("increment");
    box.withActionId("c.4").dispatch("nothing");
    assertThat(rig.store.writes()).hasSize(1);
    assertThat(rig.shared.load(key("a")).orElseThrow().text()).contains("[3,1,");
  }

  @Test
  @DisplayName("A6 K7 two clients on wires with equal ids in a global module: each counts once")
  void equalIdsOfTwoSessionsInAGlobalModule() {
    StateModule<Box> shared = boxes().persist(KeyStrategy.global()).build();
    var app = rig.inline(shared);
    try (SessionConnection one = app.sessions().connect(null);
        SessionConnection two = app.sessions().connect(null)) {
      for (int sending = 0; sending < 2; sending++) {
        one.session().ref(shared).withActionId("c.1").dispatch("increment");
        two.session().ref(shared).withActionId("c.1").dispatch("increment");
        app.ref(shared).withActionId("c.1").dispatch("increment");
        assertThat(app.ref(shared).state().count()).isEqualTo(3);
      }
      // Nor by spelling another session's id out.
      String forged = one.session().id() + ".1";
      assertThat(two.session().ref(shared).withActionId(forged).dispatch("increment").count())
          .isEqualTo(4);
      assertThat(one.session().ref(shared).withActionId("c.2").dispatch("increment").count())
          .isEqualTo(5);
    }
  }

  @Test
  @DisplayName("A6 a handler that runs again dispatches under the same ids: each counts once")
  void whatARetriedHandlerDispatchesCountsOnce() {
    AtomicInteger failures = new AtomicInteger(2);
    StateModule<Box> outer =
        boxes()
            .onAction(
                "three",
                ctx -> {
                  ctx.ref(inner, "i").dispatch("increment");
                  ctx.ref(inner, "i").dispatch("increment");
                  if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("no");
                  }
                  ctx.ref(inner, "i").dispatch("increment");
                  ctx.update(b -> b.plus(1));
                })
            .onError((ctx, error) -> ErrorDecision.RETRY)
            .persist(KeyStrategy.byId())
            .build();
    var app = rig.inline(outer, inner);
    assertThat(app.ref(outer, "a").withActionId("c.1").dispatch("three").count()).isEqualTo(1);
    assertThat(app.ref(inner, "i").state().count()).isEqualTo(3);
  }
}
