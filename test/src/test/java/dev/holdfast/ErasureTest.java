package dev.holdfast;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.RestoreInfo.Cause;
import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Enumerable;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an erase takes with it, and who is not let in afterwards: the law E2. */
class ErasureTest {

  @AutoClose private final Rig rig = new Rig();
  private final List<Cause> causes = new CopyOnWriteArrayList<>();
  private final StateModule<Todos> todos =
      Todos.builder("Todos", SavePolicy.committed())
          .onCreated((ctx, restore) -> causes.add(restore.cause()))
          .build();
  private final StateModule<Box> own =
      StateModule.define("Own", new Box(0, ""))
          .persist(KeyStrategy.session())
          .reduce("increment", b -> b.plus(1))
          .onExpire(ctx -> causes.add(null))
          .build();
  private final StateModule<Box> all =
      StateModule.define("All", new Box(0, ""))
          .persist(KeyStrategy.global())
          .reduce("increment", b -> b.plus(1))
          .build();

  private List<String> ids(String module) {
    return ((Enumerable) rig.shared)
        .keys(module, PageRequest.first(100)).items().stream().map(StateKey::id).toList();
  }

  @Test
  @DisplayName("E2 everything of one session goes, what it shares stays, and its token is void")
  void everythingOfASessionGoes() {
    var app = rig.inline(own, all, todos);
    var connection = app.sessions().connect(null);
    var session = connection.session();
    session.ref(own).dispatch("increment");
    session.ref(all).dispatch("increment");
    session.ref(todos).dispatch("login", Todos.user("ann"));
    app.session("other").ref(own).dispatch("increment");
    assertThat(ids("Own")).containsExactlyInAnyOrder(session.id(), "@other");
    app.eraseSession(session.id());
    assertThat(ids("Own")).containsExactly("@other");
    assertThat(ids("All")).hasSize(1);
    assertThat(ids("Todos")).containsExactly("ann");
    assertThat(ids("$sessions")).isEmpty();
    assertThatThrownBy(() -> session.ref(own).dispatch("increment"))
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("session has ended");
    connection.close();
    rig.clock.advance(ofSeconds(90));
    assertThat(ids("Own")).containsExactly("@other");
    assertThat(ids("$sessions")).isEmpty();
    var again = app.sessions().connect(connection.token());
    assertThat(again.isNew()).isTrue();
    assertThat(again.session().ref(own).state().count()).isZero();
    assertThat(causes).doesNotContainNull(); // Nobody's time was up.
  }

  @Test
  @DisplayName("E2 a session that is not in memory is erased as well, and an unknown one is fine")
  void aSessionThatIsAwayIsErased() {
    var app = rig.inline(own);
    var connection = app.sessions().connect(null);
    connection.session().ref(own).dispatch("increment");
    connection.close();
    app.close();
    var next = rig.inline(own);
    next.eraseSession(connection.session().id());
    next.eraseSession("0123456789abcdef");
    next.eraseSession("@nobody");
    assertThat(ids("Own")).isEmpty();
    assertThat(next.sessions().connect(connection.token()).isNew()).isTrue();
  }

  @Test
  @DisplayName("E2 a session that the program names begins anew after its erasure")
  void aNamedSessionBeginsAnew() {
    var app = rig.inline(own);
    app.session("bot").ref(own).dispatch("increment");
    app.eraseSession("@bot");
    assertThat(ids("Own")).isEmpty();
    assertThat(app.session("bot").ref(own).dispatch("increment").count()).isEqualTo(1);
  }

  @Test
  @DisplayName("E2 S5 sessions at an erased user's record go on without a key")
  void sessionsGoOnWithoutAKey() {
    var app = rig.inline(todos);
    var mine = app.session("s").ref(todos);
    var seen = new ArrayList<Todos>();
    mine.dispatch("login", Todos.user("ann"));
    mine.dispatch("add", "milk");
    mine.subscribe(seen::add);
    var idle = app.session("t").ref(todos);
    idle.dispatch("login", Todos.user("ann"));
    causes.clear();
    app.erase(Todos.keyOf("ann"));
    assertThat(seen).endsWith(Todos.EMPTY);
    assertThat(causes).containsExactly(Cause.KEY_GONE);
    assertThat(mine.dispatch("add", "tea").items()).containsExactly("tea");
    assertThat(idle.state()).isEqualTo(Todos.EMPTY);
    assertThat(idle.dispatch("add", "jam").items()).containsExactly("jam");
    assertThat(ids("Todos")).isEmpty();
  }

  @Test
  @DisplayName(
      "E2 K4 whoever takes the id of an erased user is not seen by the old user's sessions")
  void theNextOwnerOfAnIdIsNotSeen() {
    var app = rig.inline(todos);
    var subscribed = app.session("s").ref(todos);
    var idle = app.session("t").ref(todos);
    var away = app.sessions().connect(null);
    away.session().ref(todos).dispatch("login", Todos.user("ann"));
    away.close();
    subscribed.dispatch("login", Todos.user("ann"));
    idle.dispatch("login", Todos.user("ann"));
    var seen = new ArrayList<Todos>();
    subscribed.subscribe(seen::add);
    app.erase(Todos.keyOf("ann"));
    var next = app.session("next").ref(todos);
    next.dispatch("login", Todos.user("ann"));
    next.dispatch("add", "secret");
    assertThat(seen).noneMatch(t -> t.items().contains("secret"));
    assertThat(subscribed.state()).isEqualTo(Todos.EMPTY);
    assertThat(idle.state()).isEqualTo(Todos.EMPTY);
    assertThat(idle.dispatch("add", "mine").items()).containsExactly("mine");
    app.close();
    var restarted = rig.inline(todos);
    causes.clear();
    var back = restarted.sessions().connect(away.token());
    assertThat(back.isNew()).isFalse();
    assertThat(back.session().ref(todos).state()).isEqualTo(Todos.EMPTY);
    assertThat(causes).containsExactly(Cause.KEY_GONE);
    assertThat(restarted.session("next").ref(todos).state().items()).containsExactly("secret");
  }

  @Test
  @DisplayName(
      "K2 R6 a hook that logs in where nothing is stored is not undone, and makes no record")
  void aLogInByAHookLasts() {
    var logging =
        Todos.builder("Todos", SavePolicy.committed())
            .onCreated(
                (ctx, restore) -> {
                  causes.add(restore.cause());
                  if (ctx.state().user() == null) {
                    ctx.update(t -> t.as(Todos.user("ann")));
                  }
                })
            .build();
    var app = rig.inline(logging);
    var mine = app.session("s").ref(logging);
    for (int i = 0; i < 20; i++) {
      assertThat(mine.state().user()).isEqualTo(Todos.user("ann"));
    }
    assertThat(causes).containsExactly(Cause.FIRST_USE, Cause.KEY_CHANGED);
    assertThat(ids("Todos")).isEmpty();
    mine.dispatch("add", "milk");
    assertThat(ids("Todos")).containsExactly("ann");
    app.erase(Todos.keyOf("ann"));
    assertThat(mine.state().items()).isEmpty();
    assertThat(ids("Todos")).isEmpty();
  }

  @Test
  @DisplayName("hazard 54: everything of one user is listed by the store and erased by key")
  void everythingOfAUserIsListedAndErased() {
    StateModule<Box> orders =
        StateModule.define("Orders", new Box(0, ""))
            .persist(KeyStrategy.byId())
            .reduce("increment", b -> b.plus(1))
            .build();
    var app = rig.inline(todos, orders);
    for (String user : List.of("ann", "ben")) {
      app.session(user).ref(todos).dispatch("login", Todos.user(user));
      app.ref(orders, user).dispatch("increment");
    }
    for (StateModule<?> module : app.modules()) {
      for (StateKey key :
          ((Enumerable) rig.shared).keys(module.name(), PageRequest.first(100)).items()) {
        if (key.id().equals("ann")) {
          app.erase(key);
        }
      }
    }
    assertThat(ids("Todos")).containsExactly("ben");
    assertThat(ids("Orders")).containsExactly("ben");
    assertThat(app.session("ann").ref(todos).state()).isEqualTo(Todos.EMPTY);
  }
}
