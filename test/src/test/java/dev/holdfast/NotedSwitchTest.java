package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a session's row keeps of the actions that changed its key (laws A6 and K5). */
final class NotedSwitchTest {

  record Desk(@Nullable String user) {}

  private final StateModule<Desk> module =
      StateModule.define("Desk", new Desk(null))
          .reduce("login", String.class, (desk, user) -> new Desk(user))
          .reduce("logout", desk -> new Desk(null))
          .persist(KeyStrategy.withKey(Desk::user))
          .build();

  @Test
  @DisplayName("hazard 69, A6 K5: a log-out sent again after a restart and a log-in stays done")
  void aLogOutSentAgainAfterALaterLogInIsNotRunAgain() {
    try (Lab lab = Lab.inline(module)) {
      desk(lab).withActionId("page.1").dispatch("login", "one");
      desk(lab).withActionId("page.2").dispatch("logout");
      lab.restart(); // Nobody has a record that knows of the log-out: only the session's row.
      desk(lab).withActionId("page.3").dispatch("login", "two");

      desk(lab).withActionId("page.2").dispatch("logout");

      assertThat(desk(lab).state().user()).isEqualTo("two");
    }
  }

  @Test
  @DisplayName(
      "A3 A6 K5 an action without a commit, sent again after a log-out, is not called done")
  void anActionInDoubtIsNotNotedAsDone() {
    for (String logout : new String[] {"tab.3", "other.1"}) {
      StateModule<Todos> todos = Todos.committed();
      try (Lab lab = Lab.inline(todos)) {
        var session = lab.app.session("s").ref(todos);
        session.withActionId("tab.1").dispatch("login", Todos.user("alice"));
        lab.store.writing().fail(Todos.keyOf("alice"));
        var add = session.withActionId("tab.2").dispatchAsync("add", "lost");
        lab.clock.advance(Duration.ofSeconds(40));
        assertThatThrownBy(() -> Lab.answer(add)).isInstanceOf(OutcomeUnknownException.class);
        var left = session.withActionId(logout).dispatchAsync("logout");
        lab.clock.advance(Duration.ofSeconds(20));
        Lab.answer(left);

        var again = session.withActionId("tab.2").dispatchAsync("add", "lost");

        assertThatThrownBy(() -> Lab.answer(again)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(session.withActionId("tab.4").dispatch("add", "a guest's").items()).hasSize(1);
      }
    }
  }

  private StateRef<Desk> desk(Lab lab) {
    return lab.app.session("a session").ref(module);
  }
}
