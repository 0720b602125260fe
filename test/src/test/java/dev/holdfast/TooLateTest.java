package dev.holdfast;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Enumerable;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import dev.holdfast.test.FaultyStateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What was on its way when its session, or its record, was erased: laws E2, K4 and S5. */
class TooLateTest {

  @AutoClose private final Rig rig = new Rig();
  private Runnable during = () -> {};
  private final List<CompletableFuture<?>> behind = new ArrayList<>();

  private final StateModule<Todos> guests =
      Todos.guests(p -> {})
          .onAction("wait", ctx -> during.run())
          .onAction(
              "enter",
              ctx -> {
                during.run();
                ctx.update(t -> t.as(Todos.user("ann")));
              })
          .onAction(
              "leave",
              ctx -> {
                during.run();
                ctx.update(t -> new Todos(null, t.items(), "dark", t.edits()));
              })
          .build();

  private List<String> ids(String module) {
    return ((Enumerable) rig.shared)
        .keys(module, PageRequest.first(100)).items().stream().map(StateKey::id).toList();
  }

  /** Not from within the handler that runs: that could not wait for itself. */
  private static void elsewhere(Runnable task) {
    CompletableFuture.runAsync(task).join();
  }

  @Test
  @DisplayName("E2 what waits for a session's own record when it is erased leaves nothing behind")
  void waitingActionsLeaveNothing() {
    StateModule<Box> own =
        StateModule.define("Own", new Box(0, ""))
            .persist(KeyStrategy.session())
            .reduce("increment", b -> b.plus(1))
            .onAction("wait", ctx -> during.run())
            .build();
    var app = rig.inline(own);
    var session = app.sessions().connect(null).session();
    session.ref(own).dispatch("increment");
    during =
        () -> {
          elsewhere(() -> behind.add(session.ref(own).dispatchAsync("increment")));
          app.eraseSession(session.id());
        };
    behind.add(session.ref(own).dispatchAsync("wait"));
    assertThat(ids("Own")).isEmpty();
    assertThat(ids("$sessions")).isEmpty();
    assertThat(behind).hasSize(2).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  @DisplayName("E2 what waits behind a guest's action when the session is erased leaves nothing")
  void waitingGuestsLeaveNothing() {
    var app = rig.inline(guests);
    var session = app.sessions().connect(null).session();
    session.ref(guests).dispatch("add", "x");
    assertThat(ids("Todos")).hasSize(1);
    during =
        () -> {
          elsewhere(() -> behind.add(session.ref(guests).dispatchAsync("add", "y")));
          app.eraseSession(session.id());
        };
    behind.add(session.ref(guests).dispatchAsync("wait"));
    assertThat(ids("Todos")).isEmpty();
    assertThat(ids("$sessions")).isEmpty();
  }

  @Test
  @DisplayName("E2 K3 a log-out that runs while its session is erased begins no guest's record")
  void logOutLeavesNothing() {
    var app = rig.inline(guests);
    var session = app.sessions().connect(null).session();
    session.ref(guests).dispatch("login", Todos.user("ann"));
    during = () -> app.eraseSession(session.id());
    var left = session.ref(guests).dispatchAsync("leave");
    assertThat(Rig.error(left)).isInstanceOf(ClosedException.class);
    assertThat(ids("Todos")).containsExactly("ann");
    assertThat(ids("$sessions")).isEmpty();
  }

  @Test
  @DisplayName("E2 K2 a log-in that runs while its session is erased takes nothing along")
  void logInTakesNothingAlong() {
    var app = rig.inline(guests);
    var session = app.sessions().connect(null).session();
    session.ref(guests).dispatch("add", "x");
    during = () -> app.eraseSession(session.id());
    behind.add(session.ref(guests).dispatchAsync("enter"));
    assertThat(ids("Todos")).isEmpty();
    assertThat(ids("$sessions")).isEmpty();
  }

  /** A guest with ids, and a log-in that cannot be stored yet. */
  private SessionConnection loggingIn(Holdfast app, StateModule<Todos> joining) {
    var client = app.sessions().connect(null);
    var todos = client.session().ref(joining);
    todos.withActionId("tab.1").dispatch("add", "x");
    app.session("another").ref(joining).dispatch("login", Todos.user("ann"));
    storeNothingForAnn();
    behind.add(todos.withActionId("tab.2").dispatchAsync("login", Todos.user("ann")));
    assertThat(behind.getFirst()).isNotDone();
    return client;
  }

  @Test
  @DisplayName("E2 S5 a log-in that is stored after its session was erased brings back no row")
  void aLateLogInBringsBackNoErasedSession() {
    StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();
    var app = rig.inline(joining);
    var session = loggingIn(app, joining).session();
    var erasing = CompletableFuture.runAsync(() -> app.eraseSession(session.id()));
    rig.store.beforeWrite(batch -> {});
    Rig.until(
        () -> {
          rig.clock.advance(ofSeconds(1));
          return erasing.isDone();
        });
    rig.clock.advance(ofSeconds(20));
    assertThat(ids("$sessions")).doesNotContain(session.id());
  }

  private void storeNothingForAnn() {
    rig.store.beforeWrite(
        batch -> {
          if (batch.entries().stream().anyMatch(e -> e.key().equals(Todos.keyOf("ann")))) {
            throw new StoreUnavailableException("No write for ann");
          }
        });
  }

  @Test
  @DisplayName(
      "E2 S5 a log-in stored while the row of a session by name is erased brings none back")
  void aLateLogInBringsBackNoErasedNamedSession() {
    StateStore users = StateStore.inMemory();
    FaultyStateStore slow = FaultyStateStore.around(users);
    StateModule<Todos> todos = Todos.builder("Todos", p -> p.store(slow)).build();
    var app = rig.threaded(todos);
    var session = app.session("s").ref(todos);
    session.dispatch("login", Todos.user("ann"));
    assertThat(ids("$sessions")).containsExactly("@s");
    slow.writing().hang();
    var login = session.dispatchAsync("login", Todos.user("bob"));
    slow.writing().awaitHung();
    rig.store.writing().hang(Row.key("@s"));
    var erasing = CompletableFuture.runAsync(() -> app.eraseSession("@s"));
    rig.store.writing().awaitHung();
    slow.writing().release();
    Rig.until(() -> users.load(Todos.keyOf("bob")).isPresent());
    Rig.until(login::isDone); // Its row is not written, so that it does not wait for that.
    rig.store.writing().release();
    Rig.answer(erasing);
    app.close();
    assertThat(ids("$sessions")).isEmpty();
  }

  @Test
  @DisplayName("N2 S5 a log-in that is stored after its session was swept brings back no row")
  void aLateLogInBringsBackNoSweptSession() {
    StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();
    var app = rig.open(rig.here().modules(joining).sessionTtl(ofMinutes(10)));
    var client = loggingIn(app, joining);
    String id = client.session().id();
    client.close();
    rig.clock.advance(ofMinutes(30));
    assertThat(ids("$sessions")).doesNotContain(id);
    rig.store.beforeWrite(batch -> {});
    rig.clock.advance(ofMinutes(1));
    assertThat(ids("$sessions")).doesNotContain(id);
  }

  @Test
  @DisplayName("N2 S5 a log-in that is stored after another runtime swept its session: no row")
  void aLateLogInBringsBackNoSessionThatIsSweptElsewhere() {
    StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();
    var app = rig.inline(joining);
    String id = loggingIn(app, joining).session().id();
    rig.shared.load(Row.key(id)).ifPresent(row -> erased(Row.key(id), row));
    rig.store.beforeWrite(batch -> {});
    rig.clock.advance(ofSeconds(20));
    assertThat(ids("$sessions")).doesNotContain(id);
  }

  private void erased(StateKey key, StateRecord row) {
    var now = rig.clock.instant();
    var tombstone =
        StateRecord.tombstone(
            row.revision().next(), new WriterMark(7, 1), now, now.plus(ofMinutes(10)));
    assertThat(rig.shared.write(WriteBatch.of(new Put(key, row.revision(), tombstone))).getFirst())
        .isInstanceOf(Saved.class);
  }

  @Test
  @DisplayName("S5 K4 what waits for a user's record when it is erased does not begin another")
  void waitingActionsBeginNoOtherRecord() {
    StateModule<Todos> todos =
        Todos.builder("Todos", SavePolicy.committed())
            .onAction("wait", ctx -> during.run())
            .build();
    var app = rig.inline(todos);
    var one = app.session("one").ref(todos);
    var two = app.session("two").ref(todos);
    one.dispatch("login", Todos.user("ann"));
    two.dispatch("login", Todos.user("ann"));
    during =
        () -> {
          elsewhere(() -> behind.add(two.dispatchAsync("add", "of two")));
          app.erase(Todos.keyOf("ann"));
        };
    var first = one.dispatchAsync("wait");
    assertThat(ids("Todos")).isEmpty();
    assertThat(first).isDone();
    assertThat(Rig.error(behind.getFirst()).getMessage()).contains("was erased");
  }

  @Test
  @DisplayName("K4 nobody acts on the record of an id's next owner, also before it is stored")
  void nextOwnersAreNotSeenBeforeTheirFirstCommit() {
    StateModule<Todos> todos = Todos.committed();
    var app = rig.threaded(todos);
    var old = app.session("old").ref(todos);
    var next = app.session("next").ref(todos);
    old.dispatch("login", Todos.user("ann"));
    app.erase(Todos.keyOf("ann"));
    rig.store.writing().hang(Todos.keyOf("ann"));
    var login = next.dispatchAsync("login", Todos.user("ann"));
    rig.store.writing().awaitHung();
    assertThat(Rig.answer(old.dispatchAsync("add", "old")).items()).containsExactly("old");
    rig.store.writing().recover().release();
    Rig.answer(login);
    assertThat(next.state().items()).isEmpty();
  }

  @Test
  @DisplayName("E2 R3 a copy that was on its way aside when its key was erased goes, too")
  void copiesOnTheirWayGo() {
    StateModule<Box> boxes =
        Rig.boxes().persist(KeyStrategy.byId(), p -> p.onUnreadable(Unreadable.QUARANTINE)).build();
    StateRecord unreadable =
        new StateRecord(
            Revision.first(7),
            new WriterMark(7, 1),
            1,
            rig.clock.instant(),
            null,
            Lab.utf8("garbage"));
    rig.shared.write(WriteBatch.of(new Put(Rig.key("a"), Revision.NONE, unreadable)));
    var app = rig.threaded(boxes);
    rig.store.writing().hang(Quarantine.copy(Rig.key("a"), 1));
    var read = CompletableFuture.supplyAsync(() -> app.ref(boxes, "a").state());
    rig.store.writing().awaitHung();
    app.erase(Rig.key("a"));
    rig.store.writing().recover().release();
    Rig.answer(read);
    Rig.until(() -> rig.news.heard.contains("quarantined a"));
    assertThat(rig.shared.load(Quarantine.copy(Rig.key("a"), 1))).isEmpty();
  }
}
