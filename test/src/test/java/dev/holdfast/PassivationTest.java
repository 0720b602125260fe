package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Leaving memory and coming back: nothing is lost by it, and nobody notices but the heap. */
class PassivationTest {

  /** Idle long enough to leave: the time and a quarter. */
  private static final Duration IDLE = ofSeconds(76);

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> boxes = Rig.boxes(SavePolicy.committed());
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Test
  @DisplayName("an idle instance leaves memory, and the next access restores it")
  void idleInstancesLeaveMemory() {
    var app = rig.inline(boxes);
    app.ref(boxes, "a").dispatch("increment");
    rig.clock.advance(ofSeconds(59));
    assertThat(app.instances()).isEqualTo(1);
    rig.clock.advance(ofSeconds(17));
    assertThat(app.instances()).isZero();
    assertThat(app.ref(boxes, "a").state().count()).isEqualTo(1);
    assertThat(app.ref(boxes, "a").dispatch("increment").count()).isEqualTo(2);
  }

  @Test
  @DisplayName("an action keeps an instance in memory for another while")
  void actionsKeepAnInstanceInMemory() {
    var app = rig.inline(boxes);
    for (int i = 0; i < 5; i++) {
      app.ref(boxes, "a").dispatch("nothing");
      rig.clock.advance(ofSeconds(50));
      assertThat(app.instances()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a subscriber keeps an instance in memory")
  void subscribersKeepAnInstanceInMemory() {
    var app = rig.inline(boxes);
    var seen = new ArrayList<Integer>();
    var subscription = app.ref(boxes, "a").subscribe(b -> seen.add(b.count()));
    rig.clock.advance(ofMinutes(10));
    assertThat(app.instances()).isEqualTo(1);
    app.ref(boxes, "a").dispatch("increment");
    assertThat(seen).endsWith(1);
    subscription.close();
    rig.clock.advance(ofSeconds(50));
    assertThat(app.instances()).isEqualTo(1);
    rig.clock.advance(IDLE);
    assertThat(app.instances()).isZero();
  }

  @Test
  @DisplayName("S3 an instance with an unsaved change stays until it is saved")
  void unsavedChangesKeepAnInstanceInMemory() {
    StateModule<Box> behind = Rig.boxes(SavePolicy.writeBehind(ofMillis(50), ofMillis(500)));
    var app = rig.inline(behind);
    rig.store.writing().fail();
    app.ref(behind, "a").dispatch("increment");
    rig.clock.advance(ofMinutes(10));
    assertThat(app.instances()).isEqualTo(1);
    assertThat(app.ref(behind, "a").state().count()).isEqualTo(1);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(10));
    assertThat(rig.stored("a")).isEqualTo(1);
    rig.clock.advance(IDLE);
    assertThat(app.instances()).isZero();
  }

  @Test
  @DisplayName("past the bound the least recently used leave, those in use do not")
  void theLeastRecentlyUsedLeave() {
    var app = rig.open(rig.here().modules(boxes).maxInstances(3));
    app.ref(boxes, "kept").dispatch("increment");
    app.ref(boxes, "kept").subscribe(b -> {});
    app.ref(boxes, "a").dispatch("increment");
    app.ref(boxes, "b").dispatch("increment");
    app.ref(boxes, "c").dispatch("increment");
    assertThat(app.instances()).isEqualTo(3);
    assertThat(loads("a")).isEqualTo(1);
    rig.clock.advance(ofSeconds(15)); // What was used since the last arrival or sweep is as old.
    app.ref(boxes, "b").dispatch("increment");
    app.ref(boxes, "d").dispatch("increment");
    app.ref(boxes, "b").dispatch("increment");
    assertThat(loads("b")).isEqualTo(1);
    app.ref(boxes, "c").dispatch("increment");
    assertThat(loads("c")).isEqualTo(2);
    assertThat(loads("kept")).isEqualTo(1);
    assertThat(app.instances()).isEqualTo(3);
  }

  private long loads(String id) {
    return rig.store.loads().stream().filter(key(id)::equals).count();
  }

  @Test
  @DisplayName("K6 a session goes on with the instance that has come back, and hears of changes")
  void aSessionGoesOnAfterItsInstanceLeft() {
    var app = rig.inline(boxes);
    var mine = app.session("s").ref(boxes, "a");
    assertThat(mine.dispatch("increment").count()).isEqualTo(1);
    rig.clock.advance(IDLE);
    assertThat(app.instances()).isZero();
    app.ref(boxes, "a").dispatch("increment");
    assertThat(mine.state().count()).isEqualTo(2);
    rig.clock.advance(IDLE);
    assertThat(app.instances()).isZero();
    var seen = new ArrayList<Integer>();
    mine.subscribe(b -> seen.add(b.count()));
    app.ref(boxes, "a").dispatch("increment");
    assertThat(seen).endsWith(3);
    assertThat(mine.dispatch("increment").count()).isEqualTo(4);
    assertThat(app.instances()).isEqualTo(1);
  }

  @Test
  @DisplayName("K2 a session that is logged in stays so while its user's state is not in memory")
  void aLoggedInSessionStaysSo() {
    var todos = Todos.committed();
    var app = rig.inline(todos);
    var mine = app.session("s").ref(todos);
    mine.dispatch("login", Todos.user("ann"));
    mine.dispatch("add", "milk");
    rig.clock.advance(IDLE);
    assertThat(app.instances()).isEqualTo(1); // the session's row
    assertThat(mine.state().items()).hasSize(1);
    mine.dispatch("add", "tea");
    rig.clock.advance(IDLE);
    mine.dispatch("logout");
    assertThat(mine.state().items()).isEmpty();
    mine.dispatch("login", Todos.user("ann"));
    assertThat(mine.state().items()).hasSize(2);
  }

  @Test
  @DisplayName("R1 onActivated runs once a load, before everything else")
  void onActivatedRunsFirst() {
    var module =
        Rig.boxes()
            .persist(KeyStrategy.byId())
            .onActivated(
                (ctx, restore) -> {
                  heard.add("activated " + restore.isFresh() + " " + ctx.state().count());
                  ctx.update(b -> new Box(b.count(), "cached"));
                })
            .onCreated((ctx, restore) -> heard.add("created " + ctx.state().text()))
            .build();
    var app = rig.inline(module);
    assertThat(app.session("s").ref(module, "a").state().text()).isEqualTo("cached");
    assertThat(rig.hasRecord("a")).isFalse();
    app.ref(module, "a").dispatch("increment");
    rig.clock.advance(IDLE);
    assertThat(app.ref(module, "a").state()).isEqualTo(new Box(1, "cached"));
    assertThat(heard).containsExactly("activated true 0", "created cached", "activated false 1");
  }

  @Test
  @DisplayName("A5 an onActivated that throws is reported, and the instance goes on")
  void onActivatedMayThrow() {
    var module =
        Rig.boxes()
            .persist(KeyStrategy.byId())
            .onActivated(
                (ctx, restore) -> {
                  throw new IllegalStateException("odd");
                })
            .build();
    var app = rig.inline(module);
    assertThat(app.ref(module, "a").dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("onPassivated sees the last state, and the runtime's end counts as leaving")
  void onPassivatedSeesTheLastState() {
    var module = passivating();
    var app = rig.inline(module);
    app.ref(module, "a").dispatch("increment");
    rig.clock.advance(IDLE);
    assertThat(heard).containsExactly("left a at 1");
    app.ref(module, "b").dispatch("add", new Rig.Add(5));
    app.close();
    assertThat(heard).containsExactly("left a at 1", "left b at 5");
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  private StateModule<Box> passivating() {
    return Rig.boxes()
        .persist(KeyStrategy.byId())
        .onPassivated(
            ctx -> {
              heard.add("left %s at %d".formatted(ctx.id(), ctx.state().count()));
              ctx.update(b -> b.plus(100));
            })
        .build();
  }

  @Test
  @DisplayName("who comes back while onPassivated runs waits for it, and finds the saved state")
  void comingBackWaitsForTheHook() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    var module =
        Rig.boxes()
            .persist(KeyStrategy.byId())
            .onActivated((ctx, restore) -> heard.add("came"))
            .onPassivated(
                ctx -> {
                  heard.add("leaving");
                  gate.get();
                  heard.add("left");
                })
            .build();
    var app = rig.threaded(module);
    app.ref(module, "a").dispatch("increment");
    Rig.until(
        () -> {
          rig.clock.advance(ofSeconds(15));
          return app.instances() == 0;
        });
    Rig.until(() -> heard.contains("leaving"));
    var back = app.ref(module, "a").dispatchAsync("increment");
    assertThat(app.instances()).isEqualTo(1);
    assertThat(heard).containsExactly("came", "leaving");
    assertThat(back).isNotDone();
    gate.complete(null);
    assertThat(answer(back).count()).isEqualTo(2);
    assertThat(heard).containsExactly("came", "leaving", "left", "came");
  }

  @Test
  @DisplayName("A5 a hook of one that leaves for another runs under no lock of who has come")
  void hooksRunUnderNoLock() {
    AtomicReference<Runnable> elsewhere = new AtomicReference<>(() -> {});
    var module =
        Rig.boxes()
            .persist(KeyStrategy.session())
            .onPassivated(
                ctx -> {
                  answer(CompletableFuture.runAsync(elsewhere.get(), Thread::startVirtualThread));
                  heard.add("not held up");
                })
            .build();
    var app = rig.open(rig.here().modules(module).maxInstances(1));
    for (String name : List.of("a", "b", "c")) {
      rig.clock.advance(ofSeconds(15));
      var coming = app.session(name).ref(module);
      elsewhere.set(() -> coming.subscribe(b -> {}).close());
      assertThat(coming.dispatch("increment").count()).isEqualTo(1);
    }
    assertThat(heard).contains("not held up");
  }

  @Test
  @DisplayName("A1 E2 an erase while onPassivated runs waits for it: no life overlaps the next")
  void anEraseWaitsForTheHook() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    var module =
        Rig.boxes()
            .persist(KeyStrategy.byId())
            .reduce(
                "note",
                b -> {
                  heard.add("next life");
                  return b.plus(1);
                })
            .onPassivated(
                ctx -> {
                  heard.add("leaving");
                  gate.get();
                  heard.add("left");
                })
            .build();
    var app = rig.threaded(module);
    app.ref(module, "a").dispatch("add", new Rig.Add(40));
    Rig.until(
        () -> {
          rig.clock.advance(ofSeconds(15));
          return app.instances() == 0;
        });
    Rig.until(() -> heard.contains("leaving"));
    var erased = CompletableFuture.runAsync(() -> app.erase(Rig.key("a")));
    Rig.until(() -> app.instances() == 1);
    var next = app.ref(module, "a").dispatchAsync("note");
    assertThat(heard).containsExactly("leaving");
    gate.complete(null);
    answer(erased);
    answer(next.handle((box, error) -> true)); // Before the erase, which undoes it, or after it.
    assertThat(heard).startsWith("leaving", "left").contains("next life");
  }

  @Test
  @DisplayName("A1 S2 comings and goings lose and double nothing, whoever comes")
  void comingsAndGoingsLoseNothing() {
    int keys = 32;
    int threads = 8;
    int each = 1_000;
    var app = rig.open(rig.threads().modules(boxes).maxInstances(4));
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      var random = new Random(t);
      var session = app.session("s" + t);
      workers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < each; i++) {
                  String id = "k" + random.nextInt(keys);
                  var ref = i % 2 == 0 ? app.ref(boxes, id) : session.ref(boxes, id);
                  assertThat(ref.dispatch("increment").count()).isPositive();
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    workers.forEach(Rig::answer);
    int sum = 0;
    for (int k = 0; k < keys; k++) {
      sum += app.ref(boxes, "k" + k).state().count();
    }
    assertThat(sum).isEqualTo(threads * each);
    assertThat(rig.store.loads()).hasSizeGreaterThan(10 * keys);
    app.close(); // and so the listener has been told everything
    assertThat(rig.news.heard).isEmpty();
  }

  @Test
  @DisplayName("the bounds of the options are checked")
  void theOptionsAreChecked() {
    assertThatThrownBy(() -> rig.here().maxInstances(0).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxInstances is 1 or more, got 0");
    assertThatThrownBy(() -> rig.here().passivateAfter(ofMillis(1)).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("passivateAfter is between");
  }
}
