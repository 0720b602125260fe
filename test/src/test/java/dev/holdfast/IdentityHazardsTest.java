package dev.holdfast;

import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which record is whose (laws K1, K6, K7 and K8). */
class IdentityHazardsTest {

  record Counter(int count) {}

  private static StateModule.Builder<Counter> counter(String name) {
    return StateModule.define(name, new Counter(0))
        .reduce("increment", c -> new Counter(c.count() + 1))
        .reduce("add", Integer.class, (c, by) -> new Counter(c.count() + by));
  }

  private final StateModule<Counter> own = counter("Own").persist(KeyStrategy.session()).build();
  private final StateModule<Counter> other =
      counter("Other").persist(KeyStrategy.session()).build();
  private final StateModule<Counter> global =
      counter("Global").persist(KeyStrategy.global()).build();
  private final StateModule<Counter> rooms = counter("Room").persist(KeyStrategy.byId()).build();

  @Test
  @DisplayName("H43 two session modules never share a record")
  void sessionModulesShareNothing() {
    try (Lab lab = Lab.inline(own, other)) {
      lab.app.session("s").ref(own).dispatch("add", 5);
      assertThat(lab.app.session("s").ref(other).state().count()).isZero();
      lab.app.session("s").ref(other).dispatch("add", 7);
      lab.restart();
      assertThat(lab.app.session("s").ref(own).state().count()).isEqualTo(5);
      assertThat(lab.app.session("s").ref(other).state().count()).isEqualTo(7);
      assertThat(lab.app.session("t").ref(own).state().count()).isZero();
    }
  }

  @Test
  @DisplayName("H43 two modules whose states name the same id never share a record")
  void keyedModulesShareNothing() {
    StateModule<Todos> work = Todos.builder("Work", SavePolicy.committed()).build();
    StateModule<Todos> home = Todos.builder("Home", SavePolicy.committed()).build();
    try (Lab lab = Lab.inline(work, home)) {
      lab.app.session("s").ref(work).dispatch("login", user("alice"));
      lab.app.session("s").ref(work).dispatch("add", "at work");
      assertThat(lab.app.session("s").ref(home).state().user()).isNull();
      assertThat(lab.app.session("s").ref(home).dispatch("login", user("alice")).items()).isEmpty();
      lab.restart();
      assertThat(lab.app.ref(work, "alice").state().items()).containsExactly("at work");
      assertThat(lab.app.ref(home, "alice").state().items()).isEmpty();
    }
  }

  @Test
  @DisplayName("H44 no spelling of an id reaches another record, and each comes back")
  void hostileIdsDoNotCollide() {
    List<String> ids =
        List.of(
            "A",
            "a",
            "\u0410",
            "a ",
            " a",
            "a/b",
            "a%2fb",
            "a\\b",
            "../a",
            "..",
            ".",
            "a\0",
            "a\0b",
            "global",
            "global:Global",
            "session:s",
            "SESSION/@s",
            "@s",
            "Room",
            "Room/a",
            "$sessions",
            "\u00e9",
            "e\u0301",
            "\ud83d\ude00",
            "\ud83d",
            "null",
            "undefined",
            "'; drop table",
            "%",
            "_",
            "x".repeat(4_000),
            "x".repeat(3_999),
            "x".repeat(3_999) + "y");
    try (Lab lab = Lab.inline(rooms, own, global)) {
      lab.app.session("s").ref(own).dispatch("add", 1_000);
      lab.app.ref(global).dispatch("add", 2_000);
      for (int i = 0; i < ids.size(); i++) {
        assertThat(lab.app.ref(rooms, ids.get(i)).dispatch("add", i + 1).count()).isEqualTo(i + 1);
      }
      lab.restart();
      for (int i = 0; i < ids.size(); i++) {
        assertThat(lab.app.ref(rooms, ids.get(i)).state().count()).isEqualTo(i + 1);
      }
      assertThat(lab.ids("Room")).containsExactlyInAnyOrderElementsOf(ids);
      assertThat(lab.app.session("s").ref(own).state().count()).isEqualTo(1_000);
      assertThat(lab.app.ref(global).state().count()).isEqualTo(2_000);
    }
  }

  @Test
  @DisplayName("K1 an id that is blank or too long is an error")
  void idsThatCannotBeAreRefused() {
    try (Lab lab = Lab.inline(rooms)) {
      for (String id : List.of("", " ", "\t\n", "x".repeat(5_000))) {
        assertThatThrownBy(() -> lab.app.ref(rooms, id))
            .isInstanceOf(IllegalArgumentException.class);
      }
      for (String name : List.of("", "  ")) {
        assertThatThrownBy(() -> lab.app.session(name))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  @DisplayName("H45 two modules with one name are refused, both places named")
  void twoModulesOfOneNameAreRefused() {
    StateModule<Counter> first = counter("Twice").persist(KeyStrategy.session()).build();
    StateModule<Counter> second = counter("Twice").persist(KeyStrategy.global()).build();
    assertThatThrownBy(() -> Holdfast.open(StateStore.inMemory(), first, second))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Twice")
        .hasMessageContaining(first.definedAt().toString())
        .hasMessageContaining(second.definedAt().toString())
        .hasMessageContaining("IdentityHazardsTest.java");
    assertThatThrownBy(() -> Holdfast.open(StateStore.inMemory(), first, first))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("H45 a module without a usable name is refused, the place named")
  void moduleWithoutANameIsRefused() {
    for (String name : List.of("", " ", "a/b", "$sessions", "x".repeat(101), "a\0")) {
      assertThatThrownBy(() -> counter(name).persist(KeyStrategy.session()).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("IdentityHazardsTest.java");
    }
  }

  @Test
  @DisplayName("K1 a runtime refuses a module that it was not opened with")
  void foreignModuleIsRefused() {
    StateModule<Counter> namesake = counter("Own").persist(KeyStrategy.session()).build();
    try (Lab lab = Lab.inline(own)) {
      assertThatThrownBy(() -> lab.app.session("s").ref(namesake))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> lab.app.ref(rooms, "a"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("H46 K6 two sessions of a global module see one value, live")
  void globalModuleIsLiveForAll() {
    List<Integer> seen = new ArrayList<>();
    try (Lab lab = Lab.inline(global)) {
      var unused = lab.app.session("a").ref(global).subscribe(c -> seen.add(c.count()));
      lab.app.session("b").ref(global).dispatch("increment");
      lab.app.session("a").ref(global).dispatch("increment");
      lab.app.ref(global).dispatch("increment");
      assertThat(seen).containsExactly(1, 2, 3);
      assertThat(lab.app.session("c").ref(global).state().count()).isEqualTo(3);
    }
  }

  @Test
  @DisplayName(
      "H49 K6 one user's devices share one record live, and a log-out detaches one of them")
  void devicesOfOneUserShareOneRecord() {
    StateModule<Todos> todos = Todos.committed();
    List<Todos> seen = new ArrayList<>();
    try (Lab lab = Lab.inline(todos)) {
      var phone = lab.app.session("phone").ref(todos);
      var desk = lab.app.session("desk").ref(todos);
      phone.dispatch("login", user("alice"));
      desk.dispatch("login", user("alice"));
      var unused = phone.subscribe(seen::add);
      desk.dispatch("add", "from the desk");
      assertThat(seen.getLast().items()).containsExactly("from the desk");

      desk.dispatch("logout");
      assertThat(phone.state().items()).containsExactly("from the desk");
      desk.dispatch("add", "of a guest");
      phone.dispatch("add", "from the phone");

      assertThat(seen.getLast().items()).containsExactly("from the desk", "from the phone");
      assertThat(desk.state().items()).containsExactly("of a guest");
      lab.restart();
      assertThat(lab.app.session("tablet").ref(todos).dispatch("login", user("alice")).items())
          .containsExactly("from the desk", "from the phone");
    }
  }

  @Test
  @DisplayName("K6 a listener follows its session to the new key and hears no more of the old")
  void listenerFollowsTheSession() {
    StateModule<Todos> todos = Todos.committed();
    List<Todos> seen = new ArrayList<>();
    try (Lab lab = Lab.inline(todos)) {
      var session = lab.app.session("s").ref(todos);
      session.dispatch("login", user("alice"));
      var unused = session.subscribe(seen::add);
      session.dispatch("login", user("bob"));
      seen.clear();
      lab.app.ref(todos, "alice").dispatch("add", "alice's");
      assertThat(seen).isEmpty();
      lab.app.ref(todos, "bob").dispatch("add", "bob's");
      assertThat(seen).hasSize(1);
      assertThat(seen.getLast().items()).containsExactly("bob's");
    }
  }

  @Test
  @DisplayName("H51 two runtimes with stores of their own never cross")
  void tenantsNeverCross() {
    try (Lab one = Lab.inline(own, global, rooms);
        Lab two = Lab.inline(own, global, rooms)) {
      one.app.session("s").ref(own).dispatch("add", 1);
      one.app.ref(global).dispatch("add", 2);
      one.app.ref(rooms, "r").dispatch("add", 3);
      assertThat(two.app.session("s").ref(own).state().count()).isZero();
      assertThat(two.app.ref(global).state().count()).isZero();
      assertThat(two.app.ref(rooms, "r").state().count()).isZero();
      assertThat(two.store.writes()).isEmpty();
      SessionConnection guest = one.app.sessions().connect(null);
      assertThat(two.app.sessions().connect(guest.token()).isNew()).isTrue();
    }
  }

  @Test
  @DisplayName("K7 by default nobody is admitted to an instance that a client names")
  void nobodyIsAdmittedByDefault() {
    try (Lab lab = Lab.inline(rooms)) {
      Session client = lab.app.sessions().connect(null).session();
      assertThatThrownBy(() -> client.ref(rooms, "r")).isInstanceOf(NotAdmittedException.class);
      assertThatThrownBy(() -> lab.app.session("bot").ref(rooms, "r"))
          .isInstanceOf(NotAdmittedException.class);
      assertThat(lab.app.ref(rooms, "r").dispatch("increment").count()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("K7 admit decides for each session and id; one that throws admits nobody")
  void admitDecides() {
    StateModule<Counter> doors =
        counter("Door")
            .persist(KeyStrategy.byId())
            .admit(
                (session, id) -> {
                  if (id.equals("broken")) {
                    throw new IllegalStateException("admit");
                  }
                  return session.id().equals("@" + id);
                })
            .build();
    try (Lab lab = Lab.inline(doors)) {
      assertThat(lab.app.session("ann").ref(doors, "ann").dispatch("increment").count())
          .isEqualTo(1);
      for (String id : List.of("bob", "broken", "ANN")) {
        assertThatThrownBy(() -> lab.app.session("ann").ref(doors, id))
            .isInstanceOf(NotAdmittedException.class);
      }
      assertThat(lab.ids("Door")).containsExactly("ann");
    }
  }

  @Test
  @DisplayName("K7 a client cannot name an instance of a module that does not let it")
  void clientNamesNoInstanceOfOtherStrategies() {
    StateModule<Todos> todos = Todos.committed();
    try (Lab lab = Lab.inline(own, global, rooms, todos)) {
      Session client = lab.app.sessions().connect(null).session();
      assertThatThrownBy(() -> client.ref(own, "s")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.ref(global, "global"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.ref(todos, "alice"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.ref(rooms)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("K8 a module that is not persisted is one session's own and leaves no record")
  void unsavedModuleIsTheSessionsOwn() {
    StateModule<Counter> plain = counter("Plain").build();
    try (Lab lab = Lab.inline(plain)) {
      assertThat(lab.app.session("a").ref(plain).dispatch("increment").count()).isEqualTo(1);
      assertThat(lab.app.session("b").ref(plain).state().count()).isZero();
      assertThat(lab.app.session("a").ref(plain).state().count()).isEqualTo(1);
      assertThat(lab.store.writes()).isEmpty();
      lab.restart();
      assertThat(lab.app.session("a").ref(plain).state().count()).isZero();
    }
  }

  @Test
  @DisplayName("K8 a shared ephemeral module lives as long as a session is attached, and unsaved")
  void sharedEphemeralModuleLivesAsLongAsItsSessions() {
    StateModule<Counter> here = counter("Here").ephemeral(KeyStrategy.global()).build();
    try (Lab lab = Lab.inline(here)) {
      SessionConnection a = lab.app.sessions().connect(null);
      SessionConnection b = lab.app.sessions().connect(null);
      a.session().ref(here).dispatch("increment");
      assertThat(b.session().ref(here).dispatch("increment").count()).isEqualTo(2);
      a.close();
      lab.clock.advance(Lab.SESSION_TTL.multipliedBy(2));
      assertThat(b.session().ref(here).state().count()).isEqualTo(2);
      b.close();
      lab.clock.advance(Lab.SESSION_TTL.multipliedBy(2));

      SessionConnection c = lab.app.sessions().connect(null);
      assertThat(c.session().ref(here).state().count()).isZero();
      assertThat(lab.ids("Here")).isEmpty();
    }
  }

  @Test
  @DisplayName("K8 an ephemeral module whose state names its key is shared under it, unsaved")
  void sharedEphemeralModuleSwitchesKeys() {
    StateModule<Todos> shared = Todos.shared("Todos").build();
    try (Lab lab = Lab.inline(shared)) {
      var a = lab.app.session("a").ref(shared);
      var b = lab.app.session("b").ref(shared);
      a.dispatch("login", user("alice"));
      a.dispatch("add", "of a");
      assertThat(b.dispatch("login", user("alice")).items()).containsExactly("of a");
      assertThat(b.dispatch("login", user("bob")).items()).isEmpty();
      assertThat(lab.store.writes()).isEmpty();
    }
  }

  @Test
  @DisplayName("K1 erasing a record leaves its namesakes alone")
  void eraseReachesOneRecordOnly() {
    try (Lab lab = Lab.inline(own, rooms)) {
      lab.app.session("s").ref(own).dispatch("increment");
      lab.app.ref(rooms, "@s").dispatch("increment");
      lab.app.erase(StateKey.keyed("Room", "@s"));
      assertThat(lab.app.session("s").ref(own).state().count()).isEqualTo(1);
      assertThat(lab.app.ref(rooms, "@s").state().count()).isZero();
    }
  }
}
