package dev.holdfast;

import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a session's actions at a module whose state names the key (law K5). */
@Timeout(60)
final class LaneTest {

  private final StateModule<Todos> todos = Todos.committed();

  @Test
  @DisplayName("A6, K5: what was sent long before a change of the key is not run, and others go on")
  void whatIsTooOldIsNotRun() {
    try (Lab lab = Lab.inline(todos)) {
      StateRef<Todos> mine = lab.app.session("s").ref(todos);
      mine.withActionId("client.100").dispatch("login", user("ann"));
      mine.withActionId("client.101").dispatch("login", user("ben"));
      assertThatThrownBy(() -> mine.withActionId("client.1").dispatch("add", "late"))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("was sent before a change of the key");
      assertThat(mine.withActionId("client.102").dispatch("add", "milk").items())
          .containsExactly("milk");
    }
  }

  @Test
  @DisplayName(
      "A6, K5: an action that has changed the key is answered, not run, when it comes again")
  void whatChangedTheKeyIsNotRunAgain() {
    try (Lab lab = Lab.inline(todos)) {
      StateRef<Todos> mine = lab.app.session("s").ref(todos);
      mine.withActionId("client.1").dispatch("login", user("ann"));
      mine.withActionId("client.2").dispatch("login", user("ben"));
      Todos again = mine.withActionId("client.1").dispatch("login", user("ann"));
      assertThat(again.user()).isEqualTo(user("ben"));
      assertThat(mine.state().user()).isEqualTo(user("ben"));
    }
  }
}
