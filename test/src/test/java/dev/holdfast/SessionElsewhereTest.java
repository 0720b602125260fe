package dev.holdfast;

import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A session that goes from one runtime to another and back (laws A6, K5 and S4). */
class SessionElsewhereTest {

  private final StateModule<Todos> todos = Todos.committed();

  @Test
  @DisplayName("A6 S4 a log-in that another runtime has done already still notes what came before")
  void aLogInThatWasDoneElsewhereNotesWhatCameBefore() {
    try (Lab lab = Lab.inline(todos);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(todos);
      here.withActionId("tab.1").dispatch("login", user("bob"));
      var there = other.session("s").ref(todos);
      there.withActionId("tab.3").dispatch("add", "for bob");
      here.withActionId("tab.2").dispatch("login", user("alice"));
      there.withActionId("tab.2").dispatch("login", user("alice"));

      there.withActionId("tab.3").dispatch("add", "for bob");

      assertThat(lab.text(keyOf("bob"))).contains("for bob");
      assertThat(lab.text(keyOf("alice"))).doesNotContain("for bob");
    }
  }

  @Test
  @DisplayName("A6 K5 a session that comes back from another runtime is where it has gone there")
  void aSessionThatComesBackIsWhereItHasGone() {
    try (Lab lab = Lab.inline(todos);
        Holdfast other = lab.open()) {
      String token;
      try (SessionConnection link = lab.app.sessions().connect(null)) {
        token = link.token();
        link.session().ref(todos).dispatch("login", user("bob"));
      }
      try (SessionConnection link = other.sessions().connect(token)) {
        var there = link.session().ref(todos);
        there.withActionId("tab.1").dispatch("login", user("alice"));
        there.withActionId("tab.2").dispatch("add", "for alice");
      }
      try (SessionConnection link = lab.app.sessions().connect(token)) {
        var back = link.session().ref(todos);
        assertThat(back.state().user()).isEqualTo(user("alice"));
        back.withActionId("tab.2").dispatch("add", "for alice");
        assertThat(back.state().items()).containsExactly("for alice");
      }
      assertThat(lab.text(keyOf("bob"))).doesNotContain("for alice");
    }
  }

  @Test
  @DisplayName("K3 K5 a session that has logged out elsewhere is a guest, and its followers see it")
  void aSessionThatHasLoggedOutElsewhereIsAGuest() {
    try (Lab lab = Lab.inline(todos);
        Holdfast other = lab.open();
        SessionConnection here = lab.app.sessions().connect(null)) {
      List<Todos> seen = new ArrayList<>();
      var mine = here.session().ref(todos);
      mine.dispatch("login", user("bob"));
      here.session().ref(todos).subscribe(seen::add);
      try (SessionConnection there = other.sessions().connect(here.token())) {
        there.session().ref(todos).dispatch("logout");
      }
      lab.app.sessions().connect(here.token()).close();

      assertThat(mine.dispatch("add", "of a guest").user()).isNull();
      assertThat(seen.getLast().items()).containsExactly("of a guest");
      assertThat(lab.text(keyOf("bob"))).doesNotContain("of a guest");
    }
  }

  @Test
  @DisplayName("R2 K5 what cannot be loaded where a session has gone is not done where it was")
  void whatCannotBeLoadedIsNotDoneWhereItWas() {
    try (Lab lab = Lab.inline(todos);
        Holdfast other = lab.open();
        SessionConnection here = lab.app.sessions().connect(null)) {
      var mine = here.session().ref(todos);
      mine.dispatch("login", user("bob"));
      try (SessionConnection there = other.sessions().connect(here.token())) {
        there.session().ref(todos).dispatch("login", user("alice"));
      }
      lab.app.sessions().connect(here.token()).close();
      lab.store.loading().fail();
      assertThatThrownBy(() -> mine.dispatch("add", "late")).isInstanceOf(LoadException.class);
      assertThatThrownBy(mine::state).isInstanceOf(LoadException.class);
      lab.store.loading().recover();

      assertThat(mine.dispatch("add", "in time").user()).isEqualTo(user("alice"));
      assertThat(lab.text(keyOf("bob"))).doesNotContain("late", "in time");
    }
  }

  @Test
  @DisplayName("E2 K5 a session whose record elsewhere is gone by now is a guest")
  void aSessionWhoseRecordElsewhereIsGoneIsAGuest() {
    try (Lab lab = Lab.inline(todos);
        Holdfast other = lab.open();
        SessionConnection here = lab.app.sessions().connect(null)) {
      var mine = here.session().ref(todos);
      mine.dispatch("login", user("bob"));
      try (SessionConnection there = other.sessions().connect(here.token())) {
        there.session().ref(todos).dispatch("login", user("alice"));
      }
      other.erase(keyOf("alice"));
      lab.app.sessions().connect(here.token()).close();

      assertThat(mine.state()).isEqualTo(Todos.EMPTY);
      assertThat(mine.dispatch("add", "of a guest").user()).isNull();
      assertThat(lab.record(keyOf("alice"))).isNull();
    }
  }

  @Test
  @DisplayName("N2 A6 a session that another runtime has ended does nothing more here")
  void aSessionThatHasEndedElsewhereDoesNothingMore() {
    try (Lab lab = Lab.inline(todos);
        Holdfast other = lab.open();
        SessionConnection here = lab.app.sessions().connect(null)) {
      var mine = here.session().ref(todos);
      mine.dispatch("login", user("bob"));
      mine.withActionId("tab.1").dispatch("add", "for bob");
      other.eraseSession(here.session().id());

      assertThatThrownBy(() -> mine.dispatch("login", user("alice")))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThatThrownBy(() -> mine.withActionId("tab.1").dispatch("add", "for bob"))
          .isInstanceOf(ClosedException.class);

      assertThat(lab.text(keyOf("bob"))).contains("for bob");
      assertThat(lab.text(keyOf("alice"))).doesNotContain("for bob");
    }
  }
}
