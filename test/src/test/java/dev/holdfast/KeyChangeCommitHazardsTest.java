package dev.holdfast;

import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.WriteBatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The commits that a change of the key is made of, cut off, repeated and in order (law K5). */
class KeyChangeCommitHazardsTest {

  private final StateModule<Todos> todos = Todos.committed();

  private static StateRef<Todos> at(Lab lab, StateModule<Todos> module, String session) {
    return lab.app.session(session).ref(module);
  }

  @Test
  @DisplayName("H69 log-out and log-in sent again after lost replies end logged in")
  void resentLogOutAndLogInEndLoggedIn() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "s").dispatch("login", user("alice"));
      at(lab, todos, "s").dispatch("add", "alice's");
      var alices = lab.record(keyOf("alice"));

      for (int sending = 0; sending < 3; sending++) {
        var session = at(lab, todos, "s");
        session.withActionId("tab.1").dispatch("logout");
        session.withActionId("tab.2").dispatch("login", user("bob"));
        session.withActionId("tab.3").dispatch("add", "bob's");
        assertThat(session.state().user()).isEqualTo(user("bob"));
        assertThat(session.state().items()).containsExactly("bob's");
        assertThat(lab.record(keyOf("alice"))).isEqualTo(alices);
        if (sending == 1) {
          lab.restart();
        }
      }
    }
  }

  @Test
  @DisplayName("H69 the same when the store loses the replies of the commits")
  void resentSwitchAfterTheStoreLostItsRepliesEndsLoggedIn() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "s").dispatch("login", user("alice"));
      at(lab, todos, "s").dispatch("add", "alice's");
      var session = at(lab, todos, "s");

      lab.store.loseNextReplies(1);
      var logout = session.withActionId("tab.1").dispatchAsync("logout");
      var login = session.withActionId("tab.2").dispatchAsync("login", user("bob"));
      for (int i = 0; i < 20; i++) {
        lab.store.loseNextReplies(i % 2);
        lab.clock.advance(Duration.ofSeconds(1));
      }

      assertThat(Lab.answer(logout).user()).isNull();
      assertThat(Lab.answer(login)).isEqualTo(new Todos(user("bob"), List.of(), "light", 0));
      assertThat(lab.text(keyOf("alice"))).contains("alice's").contains("\"id\":\"alice\"");
      assertThat(Lab.answer(session.withActionId("tab.1").dispatchAsync("logout")).user())
          .isEqualTo(user("bob"));
      assertThat(session.state().user()).isEqualTo(user("bob"));
    }
  }

  @Test
  @DisplayName(
      "H69 K5 a crash between the new record and the session's row is made good by a resend")
  void switchCutOffBeforeTheSessionsRowIsRepeated() {
    try (Lab lab = Lab.inline(todos)) {
      at(lab, todos, "s").dispatch("login", user("alice"));
      at(lab, todos, "s").dispatch("add", "alice's");
      var alices = lab.record(keyOf("alice"));
      lab.store.writing().fail(Row.key("@s"));
      var cutOff = at(lab, todos, "s").withActionId("tab.1");
      assertThat(cutOff.dispatchAsync("login", user("bob"))).isNotDone();
      assertThat(lab.ids("Todos")).containsExactlyInAnyOrder("alice", "bob");

      lab.store.writing().recover();
      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.
      var session = at(lab, todos, "s");

      assertThat(session.state().user()).isEqualTo(user("alice"));
      session.withActionId("tab.1").dispatch("login", user("bob"));
      assertThat(session.state()).isEqualTo(new Todos(user("bob"), List.of(), "light", 0));
      assertThat(lab.writesOf(keyOf("bob"))).as("the record holds the id already").isEqualTo(1);
      assertThat(lab.record(keyOf("alice"))).isEqualTo(alices);
    }
  }

  @Test
  @DisplayName("H2 K5 a switch waits for the session's earlier actions to be committed")
  void switchWaitsForEarlierActions() {
    try (Lab lab = Lab.inline(todos)) {
      var session = at(lab, todos, "s");
      session.dispatch("login", user("alice"));
      lab.store.writing().fail(keyOf("alice"));
      var add = session.dispatchAsync("add", "last of alice");
      var login = session.dispatchAsync("login", user("bob"));
      var logout = session.dispatchAsync("logout");

      assertThat(lab.store.loads()).doesNotContain(keyOf("bob"));
      assertThat(lab.ids("Todos")).containsExactly("alice");
      assertThat(session.state().user()).isEqualTo(user("alice"));
      lab.store.writing().recover();
      lab.clock.advance(Duration.ofSeconds(10));

      assertThat(Lab.answer(add).items()).containsExactly("last of alice");
      assertThat(Lab.answer(login).items()).isEmpty();
      assertThat(Lab.answer(logout)).isEqualTo(Todos.EMPTY);
      assertThat(lab.text(keyOf("alice"))).contains("last of alice").doesNotContain("bob");
    }
  }

  @Test
  @DisplayName(
      "K5 the old key's pending write, the new record and the session's row, in this order")
  void commitsOfASwitchComeInOrder() {
    StateModule<Todos> behind = Todos.behind();
    try (Lab lab = Lab.inline(behind)) {
      var session = at(lab, behind, "s");
      session.dispatch("login", user("alice"));
      session.dispatch("add", "pending");
      int before = lab.store.writes().size();

      session.dispatch("login", user("bob"));

      assertThat(lab.store.writes().stream().skip(before).flatMap(b -> b.entries().stream()))
          .extracting(WriteBatch.Entry::key)
          .containsExactly(keyOf("alice"), keyOf("bob"), Row.key("@s"));
    }
  }

  @Test
  @DisplayName(
      "K5 a crash after a log-in is acknowledged does not undo it, also under write-behind")
  void acknowledgedLogInSurvivesACrash() {
    StateModule<Todos> behind = Todos.behind();
    try (Lab lab = Lab.inline(behind)) {
      var session = at(lab, behind, "s");
      session.dispatch("add", "guest's");
      session.withActionId("tab.1").dispatch("login", user("alice"));

      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.

      var again = at(lab, behind, "s");
      assertThat(again.state().items()).containsExactly("guest's");
      assertThat(again.withActionId("tab.1").dispatch("login", user("alice")).user())
          .isEqualTo(user("alice"));
    }
  }
}
