package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.error;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Add;
import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriterMark;
import dev.holdfast.test.FaultyStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two runtimes over one store: the laws S4 and S5, the hazards 71 and 76. */
class TwoRuntimesTest {

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> module = boxes(SavePolicy.committed());

  private StateRef<Box> inline() {
    return rig.inline(module).ref(module, "a");
  }

  // Conflicts

  @Test
  @DisplayName("S4 after a conflict a pure reducer runs again on the other writer's record")
  void aReducerIsReplayedOnTheOtherRecord() {
    var stale = inline();
    var other = inline();
    stale.state();
    other.dispatch("add", new Add(10));
    assertThat(stale.dispatch("increment").count()).isEqualTo(11);
    assertThat(other.dispatch("increment").count()).isEqualTo(12);
    assertThat(rig.stored("a")).isEqualTo(12);
    assertThat(rig.news.heard).containsExactly("conflict a", "conflict a");
  }

  @Test
  @DisplayName("A1 S4 what runs when a conflict comes is run again behind what was sent before it")
  void replaysKeepTheOrderInWhichActionsWereSent() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    var slow =
        boxes()
            .reduce("append", String.class, (b, text) -> new Box(b.count(), b.text() + pause(text)))
            .persist(KeyStrategy.byId())
            .build();
    this.running = running;
    this.goOn = goOn;
    var app = rig.threaded(slow);
    var stale = app.ref(slow, "a");
    stale.state();
    rig.store.writing().hang();
    var first = stale.dispatchAsync("append", "1");
    rig.store.writing().awaitHung();
    var second = stale.dispatchAsync("append", "2");
    Rig.until(() -> stale.latest().text().equals("12"));
    var third =
        CompletableFuture.supplyAsync(
            () -> stale.dispatch("append", "slow 3"), Thread::startVirtualThread);
    assertThat(await(running)).isTrue();
    Rig.answer(CompletableFuture.runAsync(() -> directly(100)));
    rig.store.writing().release();
    Rig.until(() -> stale.latest().count() == 100);
    goOn.countDown();
    answer(first);
    answer(second);
    assertThat(answer(third).text()).isEqualTo("12slow 3");
  }

  private CountDownLatch running = new CountDownLatch(0);
  private CountDownLatch goOn = new CountDownLatch(0);

  private String pause(String text) {
    if (text.startsWith("slow")) {
      running.countDown();
      await(goOn);
    }
    return text;
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("S4 after a conflict a handler fails, and the next one sees the other record")
  void aHandlerFailsOnAConflict() {
    var stale = inline();
    stale.state();
    inline().dispatch("add", new Add(10));
    var late = stale.withActionId("c.1").dispatchAsync("handle");
    assertThat(error(late)).isInstanceOf(ConflictException.class);
    assertThat(stale.state().count()).isEqualTo(10);
    assertThat(stale.withActionId("c.1").dispatch("handle").count()).isEqualTo(11);
    assertThat(stale.withActionId("c.1").dispatch("handle").count()).isEqualTo(11);
    assertThat(rig.stored("a")).isEqualTo(11);
  }

  @Test
  @DisplayName(
      "S4 many uncommitted actions at a conflict: reducers are replayed in order, none is lost")
  void replaysInOrderAndFailsTheRest() {
    var app = rig.threaded(module);
    var stale = app.ref(module, "a");
    stale.state();
    rig.store.writing().hang();
    List<CompletableFuture<Box>> sent =
        IntStream.range(0, 30)
            .mapToObj(i -> stale.dispatchAsync(i % 10 == 9 ? "handle" : "increment"))
            .toList();
    rig.store.writing().awaitHung();
    Rig.answer(CompletableFuture.runAsync(() -> directly(100)));
    rig.store.writing().release();
    int applied = 0;
    for (CompletableFuture<Box> one : sent) {
      try {
        assertThat(answer(one).count()).isEqualTo(100 + ++applied);
      } catch (ConflictException e) {
        assertThat(e).hasMessageContaining("handle");
      }
    }
    assertThat(applied).isGreaterThanOrEqualTo(27);
    assertThat(rig.stored("a")).isEqualTo(100 + applied);
  }

  /** Another writer, which is not held up by what this test does to the store. */
  private void directly(int by) {
    try (Holdfast other =
        Holdfast.builder(rig.shared)
            .modules(module)
            .clock(rig.clock)
            .executor(Runnable::run)
            .open()) {
      other.ref(module, "a").dispatch("add", new Add(by));
    }
  }

  @Test
  @DisplayName(
      "H76 two runtimes under load and lost replies: every acknowledged action counts once")
  void twoRuntimesUnderLoad() {
    List<Holdfast> apps = List.of(rig.threaded(module), rig.threaded(module));
    List<CompletableFuture<Integer>> callers =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> insist(apps, i, 25)))
            .toList();
    var all = CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new));
    for (int i = 1; i <= 20 && !all.isDone(); i++) {
      rig.store.loseNextReplies(1);
      int writes = rig.store.writes().size() + 2;
      advanceUntil(
          CompletableFuture.anyOf(
              all, CompletableFuture.runAsync(() -> rig.store.awaitWrites(writes))));
    }
    advanceUntil(all);
    answer(all);
    assertThat(callers.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(200);
    assertThat(rig.stored("a")).isEqualTo(200);
  }

  /** Sends each action until it is acknowledged, now here and now there. */
  private int insist(List<Holdfast> apps, int caller, int count) {
    for (int n = 0; n < count; n++) {
      for (int attempt = 0; ; attempt++) {
        Holdfast app = apps.get((n + caller + attempt) % 2);
        try {
          app.ref(module, "a")
              .withActionId("c" + caller + "." + n)
              .dispatch(n % 5 == 4 ? "handle" : "increment");
          break;
        } catch (ConflictException | OutcomeUnknownException e) {
          assertThat(attempt).isLessThan(1_000);
        }
      }
    }
    return count;
  }

  @Test
  @DisplayName("H76 A6 an id that counted on one runtime counts no more on the other, stale one")
  void aResentIdCountsOnceOnAStaleRuntime() {
    var stale = inline();
    stale.state();
    inline().withActionId("c.1").dispatch("increment");
    assertThat(stale.withActionId("c.1").dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("S4 an action that is committed and only waits for what it dispatched is not undone")
  void whatIsCommittedIsNotUndoneByAConflict() {
    FaultyStateStore slow = FaultyStateStore.around(StateStore.inMemory());
    StateModule<Box> inner = Rig.inner(slow);
    StateModule<Box> outer = Rig.sendingTo(inner);
    var box = rig.threaded(outer, inner).ref(outer, "a");
    slow.writing().hang();
    var both = box.dispatchAsync("both");
    slow.writing().awaitHung();
    rig.store.awaitWrites(1);
    answer(CompletableFuture.runAsync(box::flush));
    directly(10);
    var late = box.dispatchAsync("increment");
    rig.store.awaitWrites(3); // The conflict, and what was run again after it.
    answer(CompletableFuture.runAsync(box::flush));
    assertThat(both).isNotDone();
    assertThat(rig.stored("a")).isEqualTo(12);
    slow.writing().release();
    assertThat(answer(both).count()).isGreaterThanOrEqualTo(1);
    assertThat(answer(late).count()).isEqualTo(12);
    assertThat(box.state().count()).isEqualTo(12);
  }

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(50));

  @Test
  @DisplayName(
      "S4 under write-behind acknowledged reducers run again on the other record, in order")
  void writeBehindReplaysWhatWasAcknowledged() {
    StateModule<Box> behind =
        boxes()
            .reduce("append", String.class, (b, text) -> new Box(b.count(), b.text() + text))
            .persist(KeyStrategy.byId(), p -> p.save(BEHIND))
            .build();
    var stale = rig.inline(behind).ref(behind, "a");
    List<String> pushed = new ArrayList<>();
    try (Subscription open = stale.subscribe(b -> pushed.add(b.count() + b.text()))) {
      assertThat(open).isNotNull();
      stale.withActionId("c.1").dispatch("append", "1");
      stale.dispatch("append", "2");
      stale.withActionId("c.1").dispatch("append", "1");
      inline().dispatch("add", new Add(10));
      rig.clock.advance(ofMillis(50));
      assertThat(stale.latest()).isEqualTo(new Box(10, "12"));
      rig.clock.advance(ofMillis(50));
    }
    assertThat(pushed).startsWith("01", "012").endsWith("1012");
    assertThat(rig.restarted("a")).isEqualTo(new Box(10, "12"));
    assertThat(rig.news.heard).containsExactly("conflict a");
  }

  @Test
  @DisplayName("S4 under write-behind what a conflict takes is reported with its count")
  void writeBehindReportsWhatIsLost() {
    StateModule<Box> behind = boxes(BEHIND);
    var stale = rig.inline(behind).ref(behind, "a");
    List<Integer> pushed = new ArrayList<>();
    try (Subscription open = stale.subscribe(b -> pushed.add(b.count()))) {
      assertThat(open).isNotNull();
      stale.dispatch("handle");
      stale.dispatch("handle");
      stale.dispatch("nothing");
      inline().dispatch("add", new Add(10));
      rig.clock.advance(ofMillis(50));
    }
    assertThat(pushed).containsExactly(1, 2, 10);
    assertThat(stale.latest().count()).isEqualTo(10);
    assertThat(rig.stored("a")).isEqualTo(10);
    assertThat(rig.news.heard).containsExactly("conflict a", "lost a 2");
  }

  @Test
  @DisplayName("S4 the newest 1,024 acknowledged reducers run again, the others are lost, counted")
  void theLogOfReplaysIsBounded() {
    StateModule<Box> behind = boxes(BEHIND);
    var stale = rig.inline(behind).ref(behind, "a");
    IntStream.range(0, Engine.MAX_REPLAYED + 7).forEach(i -> stale.dispatch("increment"));
    inline().dispatch("add", new Add(10_000));
    rig.clock.advance(ofMillis(50));
    stale.flush();
    assertThat(rig.stored("a")).isEqualTo(10_000 + Engine.MAX_REPLAYED);
    assertThat(rig.news.heard).containsExactly("conflict a", "lost a 7");
    inline().dispatch("add", new Add(1));
    stale.dispatch("increment");
    rig.clock.advance(ofMillis(50));
    stale.flush();
    assertThat(rig.stored("a")).as("what is stored is not run again").isEqualTo(11_026);
  }

  @Test
  @DisplayName(
      "A1 S4 a turn that was taken out when a conflict comes runs behind the replayed ones")
  void aTurnThatIsAboutToRunGivesWayToReplays() {
    StateModule<Box> appending =
        boxes()
            .reduce("append", String.class, (b, text) -> new Box(b.count(), b.text() + text))
            .persist(KeyStrategy.byId())
            .build();
    var app = rig.threaded(appending);
    var stale = app.ref(appending, "a");
    Instance<Box> instance = ((KeyRef<Box>) stale).target();
    stale.state();
    rig.store.writing().hang();
    var first = stale.dispatchAsync("append", "1");
    rig.store.writing().awaitHung();
    CompletableFuture<CompletableFuture<Box>> second = new CompletableFuture<>();
    Thread sender =
        Thread.ofPlatform().unstarted(() -> second.complete(stale.dispatchAsync("append", "2")));
    Overtaken<Box> overtaken;
    directly(100);
    StateRecord other = rig.shared.load(key("a")).orElseThrow();
    synchronized (instance) {
      sender.start();
      Rig.until(() -> isAboutToBegin(sender));
      overtaken =
          instance
              .replacement()
              .replace(Restored.of(appending, Found.of(other), "Box"), Overtaken.Doubtful.NOTHING);
    }
    instance.replacement().settle(overtaken);
    Rig.until(() -> instance.latest().text().length() == 2);
    assertThat(instance.latest().text()).isEqualTo("12");
    rig.store.writing().release();
    assertThat(answer(answer(second)).text()).isEqualTo("12");
    assertThat(answer(first).text()).isEqualTo("1");
  }

  @Test
  @DisplayName("A5 a save listener that throws on a conflict does not stop the reload")
  void aSaveListenerThatThrowsOnAConflict() {
    rig.news.throwing = true;
    var stale = inline();
    stale.state();
    inline().dispatch("add", new Add(10));
    assertThat(stale.dispatchAsync("increment")).isCompletedWithValueMatching(b -> b.count() == 11);
    assertThat(rig.news.heard).containsExactly("conflict a");
  }

  @Test
  @DisplayName("S4 R3 a record that cannot be read at a conflict is left as it is")
  void anUnreadableRecordAtAConflictIsLeftAlone() {
    var stale = inline();
    stale.dispatch("increment");
    StateRecord present = rig.shared.load(key("a")).orElseThrow();
    StateRecord garbage =
        new StateRecord(
            present.revision().next(),
            new WriterMark(99, 1),
            1,
            rig.clock.instant(),
            null,
            new byte[] {'{', 'x'});
    rig.shared.write(WriteBatch.of(new Put(key("a"), present.revision(), garbage)));
    assertThat(error(stale.dispatchAsync("increment"))).isInstanceOf(LoadException.class);
    assertThat(error(stale.dispatchAsync("increment"))).isInstanceOf(LoadException.class);
    assertThatThrownBy(stale::state).isInstanceOf(LoadException.class);
    assertThat(rig.shared.load(key("a"))).contains(garbage);
  }

  @Test
  @DisplayName("S4 a store that cannot be read at a conflict is asked again")
  void aConflictThatCannotBeLookedIntoIsTriedAgain() {
    var stale = inline();
    stale.state();
    inline().dispatch("add", new Add(10));
    rig.store.loading().failNext(2);
    var late = stale.dispatchAsync("increment");
    assertThat(late).isNotDone();
    rig.clock.advance(ofSeconds(1));
    assertThat(late).isCompletedWithValueMatching(b -> b.count() == 11);
  }

  private static boolean isAboutToBegin(Thread sender) {
    StackTraceElement[] stack = sender.getStackTrace();
    return stack.length > 0 && stack[0].getMethodName().equals("beginsHere");
  }

  // Erasing

  @Test
  @DisplayName("S5 E2 what was acknowledged before another's erase begins no record after it")
  void whatWasAcknowledgedBeforeAnEraseDoesNotComeBack() {
    StateModule<Box> behind = boxes(BEHIND);
    var stale = rig.inline(behind).ref(behind, "a");
    stale.dispatch("add", new Add(40));
    stale.flush();
    stale.dispatch("increment");
    stale.dispatch("increment");
    rig.inline(module).erase(key("a"));
    rig.clock.advance(ofSeconds(1));
    assertThat(stale.latest().count()).isZero();
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(rig.news.heard).containsExactly("conflict a", "lost a 2");
    stale.dispatch("increment");
    stale.flush();
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("S5 K4 what was acknowledged in one life of a key does not go into the next one's")
  void whatWasAcknowledgedDoesNotGoIntoTheNextLife() {
    StateModule<Box> behind = boxes(BEHIND);
    var stale = rig.inline(behind).ref(behind, "a");
    stale.dispatch("add", new Add(40));
    stale.flush();
    stale.dispatch("increment");
    Holdfast other = rig.inline(module);
    other.erase(key("a"));
    other.ref(module, "a").dispatch("add", new Add(5));
    rig.clock.advance(ofSeconds(1));
    assertThat(stale.latest().count()).isEqualTo(5);
    assertThat(rig.stored("a")).isEqualTo(5);
    assertThat(rig.news.heard).containsExactly("conflict a", "lost a 1");
  }

  @Test
  @DisplayName("S5 K4 what a session sent to an erased user's record does not begin the next one's")
  void whatASessionSentDoesNotBeginTheNextRecord() {
    StateModule<Todos> todos = Todos.committed();
    var mine = rig.inline(todos).session("s").ref(todos);
    mine.dispatch("login", Todos.user("ann"));
    rig.inline(todos).erase(Todos.keyOf("ann"));
    var late = mine.dispatchAsync("add", "secret");
    assertThat(error(late)).isInstanceOf(ConflictException.class);
    assertThat(rig.shared.load(Todos.keyOf("ann")).orElseThrow().isTombstone()).isTrue();
    assertThat(mine.state()).isEqualTo(Todos.EMPTY);
  }

  @Test
  @DisplayName("H76 S5 what one runtime erases the other does not bring back")
  void anEraseOnOneIsNotUndoneByTheOther() {
    var app = rig.inline(module);
    var other = inline();
    other.dispatch("add", new Add(40));
    app.erase(key("a"));
    assertThat(other.dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
    app.erase(key("a"));
    assertThat(error(other.dispatchAsync("handle"))).isInstanceOf(ConflictException.class);
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(other.state().count()).isZero();
  }

  @Test
  @DisplayName("H76 S5 an erase wins over what the other runtime saved meanwhile")
  void anEraseWinsOverASaveElsewhere() {
    var app = rig.inline(module);
    var box = app.ref(module, "a");
    box.dispatch("add", new Add(1));
    inline().dispatch("add", new Add(40));
    app.erase(key("a"));
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(box.state().count()).isZero();
    assertThat(rig.stored("a")).isZero();
  }

  @Test
  @DisplayName("H71 S5 erased and created anew, at the same count: the old life's write fails")
  void theOldLifesWriteFails() {
    var old = inline();
    var kept = old.subscribe(box -> {}); // So that the old life stays in memory.
    old.dispatch("add", new Add(40));
    Revision before = rig.shared.load(key("a")).orElseThrow().revision();
    var app = rig.inline(module);
    app.erase(key("a"));
    rig.clock.advance(ofMinutes(12));
    assertThat(rig.shared.load(key("a"))).isEmpty();
    assertThat(app.ref(module, "a").dispatch("add", new Add(5)).count()).isEqualTo(5);
    StateRecord anew = rig.shared.load(key("a")).orElseThrow();
    assertThat(anew.revision().count()).isEqualTo(before.count());
    var stale =
        new Put(
            key("a"),
            before,
            StateRecord.tombstone(
                before.next(), new WriterMark(1, 1), rig.clock.instant(), rig.clock.instant()));
    assertThat(rig.shared.write(WriteBatch.of(stale)))
        .containsExactly(new Conflict(anew.revision()));
    assertThat(error(old.dispatchAsync("handle"))).isInstanceOf(ConflictException.class);
    assertThat(old.dispatch("increment").count()).isEqualTo(6);
    assertThat(rig.stored("a")).isEqualTo(6);
    kept.close();
  }

  @Test
  @DisplayName("S5 a first save that was prepared before an erase fails after it")
  void aFirstSavePreparedBeforeAnEraseFails() {
    var app = rig.threaded(module);
    var box = app.ref(module, "a");
    box.state();
    rig.store.writing().hang();
    var late = box.dispatchAsync("handle");
    rig.store.writing().awaitHung();
    Put prepared = (Put) rig.store.writes().getFirst().entries().getFirst();
    assertThat(prepared.expected()).isEqualTo(Revision.NONE);
    try (Holdfast other = Holdfast.open(rig.shared, module)) {
      other.erase(key("a"));
    }
    rig.store.writing().release();
    assertThatThrownBy(() -> answer(late)).isInstanceOf(ConflictException.class);
    assertThat(rig.hasRecord("a")).isFalse();
  }

  /** Lets time pass, for the saver's back-off, but not so fast that time-outs strike. */
  private void advanceUntil(CompletableFuture<?> done) {
    long deadline = System.nanoTime() + ofSeconds(10).toNanos();
    while (!done.isDone() && System.nanoTime() < deadline) {
      rig.clock.advance(ofMillis(1));
      LockSupport.parkNanos(200_000);
    }
  }
}
