package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Add;
import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * How actions run and fail: the laws A1 and A2. Ids are in ActionIdsTest, time-outs in
 * WaitingLawsTest.
 */
class ActionLawsTest {

  @AutoClose private final Rig rig = new Rig();

  private static StateModule<Box> build(StateModule.Builder<Box> builder) {
    return builder.persist(KeyStrategy.byId()).build();
  }

  // Order

  record Line(List<Integer> numbers) {
    Line with(int number) {
      List<Integer> more = new ArrayList<>(numbers);
      more.add(number);
      return new Line(more);
    }
  }

  @Test
  @DisplayName("A1 actions of one session run in the order sent, reducers and handlers alike")
  void runsActionsInTheOrderSent() {
    StateModule<Line> lines =
        StateModule.define("Line", new Line(List.of()))
            .persist(KeyStrategy.session())
            .reduce("reduce", Add.class, (line, add) -> line.with(add.by()))
            .onAction("handle", Add.class, (ctx, add) -> ctx.update(l -> l.with(add.by())))
            .build();
    var line = rig.threaded(lines).session("s").ref(lines);
    List<CompletableFuture<Line>> answers =
        IntStream.range(0, 200)
            .mapToObj(i -> line.dispatchAsync(i % 3 == 0 ? "handle" : "reduce", new Add(i)))
            .toList();
    assertThat(answer(answers.getLast()).numbers())
        .containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
  }

  @Test
  @DisplayName("A1 actions of one instance never overlap, whoever sends them")
  void actionsOfOneInstanceNeverOverlap() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    StateModule<Box> module =
        build(
            boxes()
                .onAction(
                    "slow",
                    ctx -> {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      Thread.onSpinWait();
                      ctx.update(b -> b.plus(1));
                      inside.decrementAndGet();
                    }));
    var app = rig.threaded(module);
    List<CompletableFuture<Void>> senders =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          for (int n = 0; n < 25; n++) {
                            app.session("s" + i).ref(module, "a").dispatch("slow");
                          }
                        }))
            .toList();
    senders.forEach(Rig::answer);
    assertThat(most).hasValue(1);
    assertThat(app.ref(module, "a").state().count()).isEqualTo(200);
  }

  // Failing

  /** A state that is changed in place. */
  static final class Draft {
    public String text = "";
    public List<String> tags = new ArrayList<>();
  }

  @Test
  @DisplayName("A2 an action that throws changes nothing of a mutable state and saves nothing")
  void aThrowingHandlerLeavesAMutableStateAlone() {
    StateModule<Draft> drafts =
        StateModule.define("Draft", Draft::new)
            .persist(KeyStrategy.global())
            .onAction("type", String.class, (ctx, text) -> ctx.state().text = text)
            .onAction(
                "fail",
                ctx -> {
                  ctx.state().text = "half";
                  ctx.state().tags.add("half");
                  throw new IllegalStateException("no");
                })
            .build();
    var draft = rig.inline(drafts).ref(drafts);
    draft.dispatch("type", "whole");
    assertThatThrownBy(() -> draft.dispatch("fail"))
        .isInstanceOf(ActionFailedException.class)
        .hasRootCauseMessage("no");
    assertThat(draft.latest().text).isEqualTo("whole");
    assertThat(draft.state().tags).isEmpty();
    assertThat(rig.store.writes()).hasSize(1);
  }

  @Test
  @DisplayName("A2 a reducer or handler that throws, also an error, fails alone and pushes nothing")
  void whateverAnActionThrowsTheNextOneGoesOn() {
    StateModule<Box> module =
        build(
            boxes()
                .reduce(
                    "reduce",
                    b -> {
                      throw new IllegalArgumentException("no");
                    })
                .reduce(
                    "error",
                    b -> {
                      throw new AssertionError("no");
                    })
                .onAction(
                    "handleError",
                    ctx -> {
                      ctx.update(b -> b.plus(5));
                      throw new NoClassDefFoundError("no");
                    })
                .onAction(
                    "checked",
                    ctx -> {
                      throw new Exception("no");
                    }));
    var box = rig.inline(module).ref(module, "a");
    List<Integer> pushed = new ArrayList<>();
    try (Subscription open = box.subscribe(b -> pushed.add(b.count()))) {
      assertThat(open).isNotNull();
      for (String action : List.of("reduce", "error", "handleError", "checked")) {
        assertThatThrownBy(() -> box.dispatch(action))
            .as(action)
            .isInstanceOf(ActionFailedException.class)
            .hasMessageContaining("Action \"" + action + "\" of module Box")
            .hasRootCauseMessage("no");
        assertThat(box.latest().count()).isZero();
      }
      assertThat(pushed).isEmpty();
      assertThat(rig.store.writes()).isEmpty();
      assertThat(box.dispatch("increment").count()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("A2 what a handler dispatched before it threw stays done")
  void whatWasDispatchedBeforeTheFailureStaysDone() {
    StateModule<Box> inner =
        StateModule.define("Inner", new Box(0, ""))
            .persist(KeyStrategy.byId())
            .reduce("increment", b -> b.plus(1))
            .build();
    StateModule<Box> outer =
        build(
            boxes()
                .onAction(
                    "both",
                    ctx -> {
                      ctx.ref(inner, "i").dispatch("increment");
                      throw new IllegalStateException("no");
                    }));
    var app = rig.inline(outer, inner);
    assertThatThrownBy(() -> app.ref(outer, "a").dispatch("both"))
        .isInstanceOf(ActionFailedException.class);
    assertThat(app.ref(inner, "i").state().count()).isEqualTo(1);
    assertThat(rig.hasRecord("a")).isFalse();
  }

  @Test
  void onErrorHandlesRethrowsOrTriesAgain() {
    AtomicReference<ErrorDecision> decision = new AtomicReference<>(ErrorDecision.HANDLED);
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);
    StateModule<Box> module =
        build(
            boxes()
                .onAction(
                    "try",
                    ctx -> {
                      ctx.update(b -> b.plus(1));
                      if (runs.getAndIncrement() < failures.get()) {
                        throw new IllegalStateException("no");
                      }
                    })
                .reduce(
                    "tryReduce",
                    b -> {
                      if (runs.getAndIncrement() < failures.get()) {
                        throw new IllegalStateException("no");
                      }
                      return b.plus(1);
                    })
                .onError((ctx, error) -> Objects.requireNonNull(decision.get())));
    var box = rig.inline(module).ref(module, "a");
    for (String action : List.of("try", "tryReduce")) {
      int before = box.state().count();
      decision.set(ErrorDecision.HANDLED);
      failures.set(Integer.MAX_VALUE);
      assertThat(box.dispatch(action).count()).as(action).isEqualTo(before);

      decision.set(ErrorDecision.RETHROW);
      assertThatThrownBy(() -> box.dispatch(action)).isInstanceOf(ActionFailedException.class);

      decision.set(ErrorDecision.RETRY);
      runs.set(0);
      assertThatThrownBy(() -> box.dispatch(action)).isInstanceOf(ActionFailedException.class);
      assertThat(runs).hasValue(4);
      assertThat(box.latest().count()).isEqualTo(before);

      runs.set(0);
      failures.set(2);
      assertThat(box.dispatch(action).count()).isEqualTo(before + 1);
      assertThat(runs).hasValue(3);
    }
  }

  @Test
  @DisplayName("A5 an onError hook that throws counts as RETHROW")
  void anErrorHookThatThrowsRethrows() {
    StateModule<Box> module =
        build(
            boxes()
                .onAction(
                    "fail",
                    ctx -> {
                      throw new IllegalStateException("first");
                    })
                .onError(
                    (ctx, error) -> {
                      throw new AssertionError("second");
                    }));
    var box = rig.inline(module).ref(module, "a");
    assertThatThrownBy(() -> box.dispatch("fail"))
        .isInstanceOf(ActionFailedException.class)
        .hasRootCauseMessage("first");
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
  }

  // Callers' mistakes

  @Test
  void anUnknownActionNamesTheNearest() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    var box = rig.inline(module).ref(module, "a");
    assertThatThrownBy(() -> box.dispatch("incremnt"))
        .isInstanceOf(UnknownActionException.class)
        .hasMessageContaining("incremnt")
        .hasMessageContaining("\"increment\"");
    assertThat(error(box.dispatchAsync("incremnt"))).isInstanceOf(UnknownActionException.class);
  }

  @Test
  void aBadPayloadRunsNothing() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    var box = rig.inline(module).ref(module, "a");
    var json = JsonMapper.shared();
    assertThat(box.dispatch("add", json.readTree("{\"by\":2}")).count()).isEqualTo(2);
    for (String bad : List.of("{\"by\":\"x\"}", "[]", "7")) {
      assertThatThrownBy(() -> box.dispatch("add", json.readTree(bad)))
          .as(bad)
          .isInstanceOf(PayloadException.class);
    }
    assertThatThrownBy(() -> box.dispatch("add"))
        .isInstanceOf(PayloadException.class)
        .hasMessageContaining("Add");
    assertThatThrownBy(() -> box.dispatch("add", "two")).isInstanceOf(PayloadException.class);
    assertThatThrownBy(() -> box.dispatch("increment", "two")).isInstanceOf(PayloadException.class);
    assertThat(box.state().count()).isEqualTo(2);
  }

  @Test
  void aReducerThatDispatchesIsRefused() {
    AtomicReference<StateRef<Box>> other = new AtomicReference<>();
    StateModule<Box> module =
        build(
            boxes()
                .reduce(
                    "dispatch",
                    b -> {
                      Objects.requireNonNull(other.get()).dispatch("increment");
                      return b.plus(1);
                    }));
    var app = rig.inline(module);
    other.set(app.ref(module, "b"));
    assertThatThrownBy(() -> app.ref(module, "a").dispatch("dispatch"))
        .isInstanceOf(ActionFailedException.class)
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("onAction");
    assertThat(app.ref(module, "b").state().count()).isZero();
  }

  @Test
  void aClosedRuntimeRunsNothing() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    var app = rig.inline(module);
    var box = app.ref(module, "a");
    app.close();
    assertThatThrownBy(() -> box.dispatch("increment")).isInstanceOf(ClosedException.class);
    assertThat(error(box.dispatchAsync("increment"))).isInstanceOf(ClosedException.class);
    assertThatThrownBy(box::state).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> app.session("s")).isInstanceOf(ClosedException.class);
    assertThat(rig.hasRecord("a")).isFalse();
  }
}
