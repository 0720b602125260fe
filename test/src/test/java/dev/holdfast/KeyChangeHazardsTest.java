package dev.holdfast;

import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.save.SavePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a session takes along from key to key, and what it must not (laws K2 to K4). */
class KeyChangeHazardsTest {

  private final StateModule<Todos> todos = Todos.committed();

  private static StateRef<Todos> at(Lab lab, StateModule<Todos> module, String session) {
    return lab.app.session(session).ref(module);
  }

  @Test
  @DisplayName("H1 a user without a record gets defaults and the action's own changes only")
  void switchToAnotherUserTakesNothingOfTheFirst() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "alice's");
      String before = lab.text(keyOf("alice"));

      Todos bobs = session.dispatch("loginDark", user("bob"));

      assertThat(bobs).isEqualTo(new Todos(user("bob"), List.of(), "dark", 0));
      assertThat(session.state()).isEqualTo(bobs);
      assertThat(lab.text(keyOf("bob"))).contains("dark").doesNotContain("alice");
      assertThat(lab.text(keyOf("alice"))).isEqualTo(before).contains("alice's");
      assertThat(lab.restart().app.session("s").ref(todos).state()).isEqualTo(bobs);
    }
  }

  @Test
  @DisplayName("H2 a log-out before the save: the change is in the user's record, nothing else is")
  void logOutRightAfterAChangeKeepsTheChangeInTheUsersRecord() {
    StateModule<Todos> behind = Todos.behind();
    try (Lab lab = Lab.inline(behind)) {
      var session = at(lab, behind, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "unsaved");
      assertThat(lab.text(keyOf("alice"))).doesNotContain("unsaved");

      session.dispatch("logout");
      lab.clock.advance(Duration.ofSeconds(5));

      assertThat(lab.text(keyOf("alice"))).contains("unsaved").contains("\"id\":\"alice\"");
      assertThat(lab.ids("Todos")).containsExactly("alice");
      lab.restart();
      assertThat(lab.ids("Todos")).containsExactly("alice");
      assertThat(at(lab, behind, "s").state()).isEqualTo(Todos.EMPTY);
    }
  }

  @Test
  @DisplayName("K3 a log-out leaves the user's record as it was, and keeps its own scalars")
  void logOutIsNotInTheUsersRecord() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "one");
      var before = lab.record(keyOf("alice"));

      Todos guest = session.dispatch("logoutDark");

      assertThat(guest).isEqualTo(new Todos(null, List.of(), "dark", 0));
      assertThat(lab.record(keyOf("alice"))).isEqualTo(before);
    }
  }

  @Test
  @DisplayName("H7 after log-out nothing of the user is left, also for the next log-in")
  void nextUserInheritsNothingOfTheLast() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "alice's");

      assertThat(session.dispatch("logout")).isEqualTo(Todos.EMPTY);
      assertThat(session.state()).isEqualTo(Todos.EMPTY);
      assertThat(session.latest()).isEqualTo(Todos.EMPTY);
      assertThat(session.dispatch("login", user("bob")))
          .isEqualTo(new Todos(user("bob"), List.of(), "light", 0));
      assertThat(lab.text(keyOf("bob"))).doesNotContain("alice");
    }
  }

  @Test
  @DisplayName("H8 K2 with nothing stored, a guest's state is adopted whole")
  void guestStateIsAdoptedWholeWhereNothingIsStored() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("add", "cart 1");
      session.dispatch("add", "cart 2");
      assertThat(lab.ids("Todos")).isEmpty();

      Todos adopted = session.dispatch("login", user("alice"));

      assertThat(adopted)
          .isEqualTo(new Todos(user("alice"), List.of("cart 1", "cart 2"), "light", 2));
      assertThat(lab.text(keyOf("alice"))).contains("cart 1", "cart 2");
      assertThat(lab.restart().app.session("s").ref(todos).state()).isEqualTo(adopted);
    }
  }

  @Test
  @DisplayName("H8 K2 with something stored, only the scalars that the action changed win over it")
  void storedStateWinsOverTheGuestsButForTheActionsScalars() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "earlier").dispatch("login", user("alice"));
      at(lab, todos, "earlier").dispatch("add", "stored");
      var guest = at(lab, todos, "s");
      guest.dispatch("add", "guest 1");
      guest.dispatch("add", "guest 2");

      assertThat(guest.dispatch("loginDark", user("alice")))
          .as("the guest's own two edits are older than the action")
          .isEqualTo(new Todos(user("alice"), List.of("stored"), "dark", 1));
    }
  }

  @Test
  @DisplayName("H70 a log-in that builds a fresh state with an empty list keeps the stored list")
  void freshStateOfALogInDoesNotEmptyTheStoredList() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "earlier").dispatch("login", user("alice"));
      at(lab, todos, "earlier").dispatch("add", "stored");
      var guest = at(lab, todos, "s");
      guest.dispatch("add", "guest's");

      assertThat(guest.dispatch("loginFresh", user("alice")).items()).containsExactly("stored");
      assertThat(lab.text(keyOf("alice"))).contains("stored").doesNotContain("guest's");
    }
  }

  @Test
  @DisplayName("H70 K4 a switch that appends to the old list takes nothing of that list along")
  void listOfTheOldUserNeverReachesTheNew() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "alice's");

      assertThat(session.dispatch("loginAndAdd", user("bob")).items()).isEmpty();
      assertThat(lab.text(keyOf("bob"))).doesNotContain("alice's");
      assertThat(lab.text(keyOf("alice"))).doesNotContain("of the switch");
    }
  }

  @Test
  @DisplayName("H6 a record that names another key keeps its session, and stays where it is")
  void sessionStaysAtARecordThatNamesAnotherKey() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "s").dispatch("login", user("bob"));
      lab.app.close();
      lab.plant(
          keyOf("bob"), "{\"user\":{\"id\":\"carol\",\"name\":\"C\"},\"items\":[\"of bob\"]}");
      lab.app = lab.open();

      var session = at(lab, todos, "s");
      assertThat(session.state().items()).containsExactly("of bob");
      assertThat(session.dispatch("add", "next").items()).containsExactly("of bob", "next");
      assertThat(lab.ids("Todos")).containsExactly("bob");
      assertThat(lab.text(keyOf("bob"))).contains("next");
      assertThat(lab.restart().app.session("s").ref(todos).state().items()).hasSize(2);
    }
  }

  @Test
  @DisplayName("H6 a record that lacks the key field keeps its session")
  void sessionStaysAtARecordWithoutTheKeyField() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "s").dispatch("login", user("bob"));
      lab.app.close();
      lab.plant(keyOf("bob"), "{\"items\":[\"of bob\"]}");
      lab.app = lab.open();

      var session = at(lab, todos, "s");
      assertThat(session.dispatch("add", "next").items()).containsExactly("of bob", "next");
      assertThat(session.state().items()).containsExactly("of bob", "next");
      assertThat(lab.text(keyOf("bob"))).contains("next");
    }
  }

  @Test
  @DisplayName("H9 a key function that throws changes nothing, and pending work is still saved")
  void throwingKeyFunctionLeavesTheOldKeyAndItsPendingWork() {
    StateModule<Todos> brittle =
        actionsOn(
            StateModule.define("Todos", Todos.EMPTY)
                .persist(
                    KeyStrategy.withKey(
                        t -> {
                          if (t.user() != null && t.user().id().equals("boom")) {
                            throw new IllegalStateException("key function");
                          }
                          return t.user() == null ? null : t.user().id();
                        }),
                    p ->
                        p.save(
                            SavePolicy.writeBehind(Duration.ofSeconds(1), Duration.ofSeconds(1)))));
    try (Lab lab = Lab.inline(brittle)) {
      var session = at(lab, brittle, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "pending");

      assertThatThrownBy(() -> session.dispatch("login", user("boom")))
          .isInstanceOf(KeyException.class)
          .hasMessageContaining("Todos");

      assertThat(session.state().items()).containsExactly("pending");
      assertThat(session.dispatch("add", "more").items()).containsExactly("pending", "more");
      lab.clock.advance(Duration.ofSeconds(5));
      assertThat(lab.text(keyOf("alice"))).contains("pending", "more").doesNotContain("boom");
    }
  }

  private static StateModule<Todos> actionsOn(StateModule.Builder<Todos> builder) {
    return builder
        .reduce("login", Todos.User.class, (t, u) -> new Todos(u, t.items(), t.theme(), t.edits()))
        .reduce("add", String.class, Todos::with)
        .build();
  }

  @Test
  @DisplayName("K1 a blank id, or one that is too long, is an error and not \"no key\"")
  void idsThatCannotBeAreErrors() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("login", user("alice"));

      for (String id : List.of("", "  ", "x".repeat(5_000))) {
        assertThatThrownBy(() -> session.dispatch("login", new Todos.User(id, "?")))
            .isInstanceOf(KeyException.class);
      }

      assertThat(session.state().user()).isEqualTo(user("alice"));
      assertThat(lab.ids("Todos")).containsExactly("alice");
    }
  }

  @Test
  @DisplayName("K5 a first write that would not lead back to its key is refused")
  void firstWriteUnderAKeyLeadsBackToIt() {
    // The key hangs on a list, which a switch does not carry.
    StateModule<Todos> lists =
        actionsOn(
            StateModule.define("Todos", Todos.EMPTY)
                .persist(
                    KeyStrategy.withKey(t -> t.items().isEmpty() ? null : t.items().getLast())));
    try (Lab lab = Lab.inline(lists)) {
      var session = at(lab, lists, "s");
      session.dispatch("add", "a");

      assertThatThrownBy(() -> session.dispatch("add", "b")).isInstanceOf(KeyException.class);

      assertThat(session.state().items()).containsExactly("a");
      assertThat(lab.ids("Todos")).containsExactly("a");
      assertThat(lab.restart().app.session("s").ref(lists).state().items()).containsExactly("a");
    }
  }

  @Test
  @DisplayName("K2 code without a session cannot change the key")
  void instanceWithoutASessionKeepsItsKey() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "s").dispatch("login", user("alice"));
      var alice = lab.app.ref(todos, "alice");
      var before = lab.record(keyOf("alice"));

      assertThatThrownBy(() -> alice.dispatch("login", user("bob")))
          .isInstanceOf(KeyException.class);
      assertThatThrownBy(() -> alice.dispatch("logout")).isInstanceOf(KeyException.class);

      assertThat(lab.record(keyOf("alice"))).isEqualTo(before);
      assertThat(lab.ids("Todos")).containsExactly("alice");
      assertThat(alice.dispatch("add", "fine").items()).containsExactly("fine");
    }
  }

  @Test
  @DisplayName("K2 a hook that names a key takes the session there")
  void hookThatNamesAKeyTakesTheSessionThere() {
    StateModule<Todos> remembered =
        Todos.builder("Todos", SavePolicy.committed())
            .onCreated(
                (ctx, restore) -> {
                  if (ctx.state().user() == null) {
                    ctx.update(t -> new Todos(user("alice"), t.items(), t.theme(), t.edits()));
                  }
                })
            .build();
    try (Lab lab = Lab.inline(remembered)) {
      lab.plant(
          keyOf("alice"), "{\"user\":{\"id\":\"alice\",\"name\":\"ALICE\"},\"items\":[\"one\"]}");
      var session = at(lab, remembered, "s");
      assertThat(session.state().items()).containsExactly("one");
      assertThat(session.dispatch("add", "two").items()).containsExactly("one", "two");
    }
  }
}
