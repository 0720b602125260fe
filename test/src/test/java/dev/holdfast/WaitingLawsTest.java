package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No wait is for ever: the law A7. */
class WaitingLawsTest {

  @AutoClose private final Rig rig = new Rig();

  private static StateModule<Box> build(StateModule.Builder<Box> builder) {
    return builder.persist(KeyStrategy.byId()).build();
  }

  @Test
  @DisplayName("A7 a handler that takes too long loses its turn, and its context is of no more use")
  void aHandlerThatTakesTooLongLosesItsTurn() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    StateModule<Box> module =
        build(
            boxes()
                .onAction(
                    "hang",
                    ctx -> {
                      ctx.update(b -> b.plus(10));
                      running.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        try {
                          ctx.update(b -> b.plus(100));
                        } catch (IllegalStateException late) {
                          refused.complete(late);
                        }
                      }
                    }));
    var box = rig.threaded(module).ref(module, "a");
    var hung = box.dispatchAsync("hang");
    var next = box.dispatchAsync("increment");
    assertThat(running.await(10, SECONDS)).isTrue();
    rig.clock.advance(ofSeconds(29));
    assertThat(hung).isNotDone();
    assertThat(next).isNotDone();
    rig.clock.advance(ofSeconds(1));
    assertThatThrownBy(() -> answer(hung)).isInstanceOf(ActionTimeoutException.class);
    assertThat(answer(next).count()).isEqualTo(1);
    assertThat(answer(refused)).isInstanceOf(IllegalStateException.class);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "H73 A7 with a store that is dead for good every committed caller is answered in time")
  void everyCallerOfADeadStoreIsAnswered() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    var app = rig.threaded(module);
    IntStream.range(0, 10).forEach(i -> app.ref(module, "k" + i).state());
    rig.store.writing().hang();
    List<CompletableFuture<Box>> answers =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    app.ref(module, "k" + i % 10)
                        .withActionId("c" + i % 10 + "." + i / 10)
                        .dispatchAsync("increment"))
            .toList();
    rig.store.writing().awaitHung();
    rig.clock.advance(ofSeconds(20));
    assertThat(answers).noneMatch(CompletableFuture::isDone);
    rig.clock.advance(ofSeconds(10));
    for (CompletableFuture<Box> late : answers) {
      assertThatThrownBy(() -> answer(late)).isInstanceOf(OutcomeUnknownException.class);
    }
    rig.store.writing().release();
    for (int i = 0; i < 10; i++) {
      var again = app.ref(module, "k" + i).withActionId("c" + i + ".9").dispatchAsync("increment");
      assertThat(answer(again).count()).isEqualTo(10);
      assertThat(rig.stored("k" + i)).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("A7 callers that come one after the other are each answered within their time")
  void laterCallersHaveTheirOwnTime() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    var box = rig.threaded(module).ref(module, "a");
    box.state();
    rig.store.writing().hang();
    var first = box.dispatchAsync("increment");
    rig.store.writing().awaitHung();
    rig.clock.advance(ofSeconds(20));
    var second = box.dispatchAsync("increment");
    rig.clock.advance(ofSeconds(10));
    assertThatThrownBy(() -> answer(first)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(second).isNotDone();
    rig.clock.advance(ofSeconds(20));
    assertThatThrownBy(() -> answer(second)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void aFlushThatDoesNotComeIsAnsweredToo() {
    StateModule<Box> module = boxes(SavePolicy.writeBehind(ofSeconds(1), ofSeconds(1)));
    var box = rig.threaded(module).ref(module, "a");
    box.dispatch("increment");
    rig.store.writing().hang();
    var flush = CompletableFuture.runAsync(box::flush);
    rig.store.writing().awaitHung();
    Rig.until( // the write may begin before the other thread has begun to wait for it
        () -> {
          rig.clock.advance(ofMinutes(1));
          return flush.isDone();
        });
    assertThatThrownBy(() -> answer(flush)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  @DisplayName("A7 S3 a store that hangs does not let waiting actions pile up without bound")
  void refusesActionsWhenTooManyWaitForTheirCommit() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    var box = rig.threaded(module).ref(module, "a");
    box.state();
    rig.store.writing().hang();
    assertThat(box.dispatchAsync("increment")).isNotDone();
    rig.store.writing().awaitHung();
    for (int i = 1; i < Unanswered.MAX; i++) {
      assertThat(box.dispatchAsync("increment")).isNotDone();
    }
    assertThatThrownBy(() -> answer(box.dispatchAsync("increment")))
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("40000");
    rig.store.writing().release();
    Rig.until(() -> box.state().count() == Unanswered.MAX);
    assertThat(answer(box.dispatchAsync("increment")).count()).isEqualTo(Unanswered.MAX + 1);
  }

  @Test
  void aFullMailboxRefusesMore() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    StateModule<Box> module =
        build(
            boxes()
                .onAction(
                    "wait",
                    ctx -> {
                      running.countDown();
                      go.await();
                    }));
    var box = rig.threaded(module).ref(module, "a");
    box.state();
    var first = box.dispatchAsync("wait");
    assertThat(running.await(10, SECONDS)).isTrue();
    List<CompletableFuture<Box>> waiting =
        IntStream.rangeClosed(0, Mailbox.MAX_WAITING + 5)
            .mapToObj(i -> box.dispatchAsync("increment"))
            .toList();
    assertThatThrownBy(() -> answer(waiting.getLast())).isInstanceOf(OverloadedException.class);
    go.countDown();
    answer(first);
    long refused = waiting.stream().filter(w -> w.handle((b, e) -> e != null).join()).count();
    assertThat(refused).isEqualTo(6);
    assertThat(answer(box.dispatchAsync("nothing")).count())
        .isEqualTo(waiting.size() - (int) refused);
  }

  // Code that never comes back

  private static int spin(CountDownLatch running, AtomicBoolean stop) {
    running.countDown();
    while (!stop.get()) {
      Thread.onSpinWait();
    }
    return 100;
  }

  /** So that what spins here takes no core from what is tested, on however small a machine. */
  private Holdfast.Builder onThreadsOfTheirOwn() {
    return rig.threads().executor(task -> Thread.ofPlatform().daemon().start(task));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("A7 a reducer that does not come back loses its turn: its caller and others go on")
  void aReducerThatDoesNotComeBackLosesItsTurn() {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean stop = new AtomicBoolean();
    StateModule<Box> module =
        build(
            boxes()
                .reduce("spin", b -> b.plus(spin(running, stop)))
                .onAction("wait", ctx -> first.await()));
    var box = rig.open(onThreadsOfTheirOwn().modules(module)).ref(module, "a");
    box.state();
    var before = box.dispatchAsync("wait");
    var spinning = box.dispatchAsync("spin");
    first.countDown();
    answer(before);
    await(running);
    var behind = box.dispatchAsync("increment");
    rig.clock.advance(ofSeconds(29));
    assertThat(spinning).isNotDone();
    assertThat(behind).isNotDone();
    rig.clock.advance(ofSeconds(3));

    assertThatThrownBy(() -> answer(spinning)).isInstanceOf(ActionTimeoutException.class);
    assertThat(answer(behind).count()).isEqualTo(1);
    stop.set(true);
    assertThat(answer(box.dispatchAsync("increment")).count()).isEqualTo(2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName("A7 an onError, or a key function, that does not come back holds up nobody for ever")
  void whatIsAskedOfTheModuleIsBoundedToo() {
    CountDownLatch running = new CountDownLatch(2);
    AtomicBoolean stop = new AtomicBoolean();
    StateModule<Box> module =
        StateModule.define("Box", new Box(0, ""))
            .persist(
                KeyStrategy.withKey(
                    b -> b.count() == 7 && spin(running, stop) > 0 ? "seven" : null))
            .reduce("increment", b -> b.plus(1))
            .onAction("seven", ctx -> ctx.update(b -> b.plus(7)))
            .onAction(
                "fail",
                ctx -> {
                  throw new IllegalStateException("no");
                })
            .onError(
                (ctx, error) -> {
                  spin(running, stop);
                  return ErrorDecision.RETHROW;
                })
            .build();
    var app = rig.open(onThreadsOfTheirOwn().modules(module));
    for (String action : List.of("seven", "fail")) {
      var box = app.session(action).ref(module);
      var stuck = box.dispatchAsync(action);
      var behind = box.dispatchAsync("increment");
      Rig.until(() -> running.getCount() == (action.equals("seven") ? 1 : 0));
      assertThat(behind).isNotDone();
      rig.clock.advance(ofSeconds(33));
      assertThatThrownBy(() -> answer(stuck)).isInstanceOf(ActionTimeoutException.class);
      assertThat(answer(behind).count()).isEqualTo(1);
    }
    stop.set(true);
    assertThat(answer(app.session("seven").ref(module).dispatchAsync("increment")).count())
        .isEqualTo(2);
  }

  @Test
  @Timeout(60)
  @DisplayName("A7 as many spinning handlers as there are cores: saver and timers go on")
  void saverAndTimersGoOnWhileHandlersSpin() {
    int cores = Runtime.getRuntime().availableProcessors();
    CountDownLatch running = new CountDownLatch(cores);
    AtomicBoolean stop = new AtomicBoolean();
    StateModule<Box> module =
        boxes()
            .onAction("spin", ctx -> ctx.update(b -> b.plus(spin(running, stop))))
            .persist(
                KeyStrategy.byId(), p -> p.save(SavePolicy.writeBehind(ofMillis(5), ofMillis(5))))
            .build();
    var app = rig.open(Holdfast.builder(rig.store).modules(module));
    var box = app.ref(module, "a");
    box.state();
    List<CompletableFuture<Box>> spinning =
        IntStream.range(0, cores)
            .mapToObj(i -> app.ref(module, "s" + i).dispatchAsync("spin"))
            .toList();
    try {
      await(running);
      for (int i = 1; i <= 3; i++) {
        int count = i;
        box.dispatch("increment"); // Timed and saved by threads that no handler can have.
        Rig.until(() -> rig.hasRecord("a") && rig.stored("a") == count);
      }
    } finally {
      stop.set(true);
    }
    spinning.forEach(spun -> assertThat(answer(spun).count()).isEqualTo(100));
  }

  @Test
  @DisplayName("A7 a ring through a handler's first use of a withKey module fails where it closes")
  void aRingThroughAFirstUseFailsWhereItCloses() {
    Map<String, StateModule<Box>> all = new ConcurrentHashMap<>();
    all.put("N0", node("N0", all, "N1", () -> {}));
    all.put(
        "N1",
        StateModule.define("N1", new Box(0, ""))
            .persist(KeyStrategy.withKey(b -> null))
            .onAction("go", ctx -> ctx.ref(of(all, "N0")).dispatch("go"))
            .build());
    Session session =
        rig.threaded(all.values().toArray(StateModule<?>[]::new)).session("first use");
    var answered = session.ref(of(all, "N0")).dispatchAsync("go");
    assertThatThrownBy(() -> answer(answered)).isInstanceOf(CircularWaitException.class);
    assertThat(answer(session.ref(of(all, "N0")).dispatchAsync("increment")).count()).isEqualTo(1);
  }

  // Rings

  /** Modules whose handlers dispatch to each other, through the session or by id. */
  private static StateModule<Box> node(
      String name, Map<String, StateModule<Box>> all, String next, Runnable before) {
    return StateModule.define(name, new Box(0, ""))
        .persist(KeyStrategy.session())
        .reduce("increment", b -> b.plus(1))
        .onAction(
            "go",
            ctx -> {
              before.run();
              ctx.ref(of(all, next)).dispatch("go");
            })
        .onAction(
            "send",
            ctx -> {
              CompletableFuture<?> unused = ctx.ref(of(all, next)).dispatchAsync("send");
              ctx.update(b -> b.plus(1));
            })
        .build();
  }

  private static StateModule<Box> of(Map<String, StateModule<Box>> all, String name) {
    return Objects.requireNonNull(all.get(name));
  }

  private Session ring(Map<String, StateModule<Box>> all, int size, Runnable before) {
    for (int i = 0; i < size; i++) {
      all.put("N" + i, node("N" + i, all, "N" + (i + 1) % size, before));
    }
    return rig.threaded(all.values().toArray(StateModule<?>[]::new)).session("s" + size);
  }

  @Test
  @DisplayName("A7 a ring of waiting instances fails where it closes, also on first use")
  void aRingFailsWhereItCloses() {
    for (int size = 1; size <= 4; size++) {
      Map<String, StateModule<Box>> all = new ConcurrentHashMap<>();
      Session session = ring(all, size, () -> {});
      var answered = session.ref(of(all, "N0")).dispatchAsync("go");
      assertThatThrownBy(() -> answer(answered))
          .as("a ring of " + size)
          .isInstanceOf(CircularWaitException.class);
      assertThat(answer(session.ref(of(all, "N0")).dispatchAsync("increment")).count())
          .isEqualTo(1);
    }
  }

  @Test
  @DisplayName("A7 a ring of actions that only wait to be acknowledged ends as well")
  void aRingOfActionsThatAreOnlySentEnds() {
    for (int size = 1; size <= 3; size++) {
      Map<String, StateModule<Box>> all = new ConcurrentHashMap<>();
      Session session = ring(all, size, () -> {});
      assertThat(answer(session.ref(of(all, "N0")).dispatchAsync("send")).count())
          .as("a ring of " + size)
          .isEqualTo(1);
      assertThat(answer(session.ref(of(all, "N0")).dispatchAsync("increment")).count())
          .isEqualTo(2);
    }
  }

  @Test
  @DisplayName("A7 of two chains that cross at least one fails, and neither hangs")
  void twoChainsThatCrossDoNotHang() {
    CyclicBarrier both = new CyclicBarrier(2);
    AtomicInteger first = new AtomicInteger();
    Map<String, StateModule<Box>> all = new ConcurrentHashMap<>();
    Session session =
        ring(
            all,
            2,
            () -> {
              if (first.getAndIncrement() < 2) {
                await(both);
              }
            });
    var one = session.ref(of(all, "N0")).dispatchAsync("go");
    var two = session.ref(of(all, "N1")).dispatchAsync("go");
    assertThatThrownBy(() -> answer(one)).isInstanceOf(CircularWaitException.class);
    assertThatThrownBy(() -> answer(two)).isInstanceOf(CircularWaitException.class);
    assertThat(answer(session.ref(of(all, "N0")).dispatchAsync("increment")).count()).isEqualTo(1);
    assertThat(answer(session.ref(of(all, "N1")).dispatchAsync("increment")).count()).isEqualTo(1);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
