package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Keys that state and session name together (laws K2 to K5 and K7). */
class SessionKeyTest {

  record Todos(@Nullable String team, List<String> titles) {
    Todos with(String title) {
      List<String> more = new ArrayList<>(titles);
      more.add(title);
      return new Todos(team, List.copyOf(more));
    }
  }

  private static final Todos NONE = new Todos(null, List.of());

  private static StateModule.Builder<Todos> todos(KeyStrategy<Todos> strategy) {
    return StateModule.define("Todos", NONE)
        .persist(strategy)
        .reduce("add", String.class, Todos::with)
        .reduce("join", String.class, (t, team) -> new Todos(team, t.titles()))
        .onAction("login", String.class, (ctx, name) -> session(ctx).authenticate(name))
        .onAction("logout", ctx -> session(ctx).authenticate(null));
  }

  private static Session session(ActionContext<?> ctx) {
    return ctx.session().orElseThrow();
  }

  private static @Nullable String user(Todos state, SessionView session) {
    return session.principal().orElse(null);
  }

  private final StateModule<Todos> byUser =
      todos(KeyStrategy.withKey(SessionKeyTest::user)).build();

  private static StateKey of(String user) {
    return StateKey.keyed("Todos", user);
  }

  private static SessionConnection connect(Lab lab, @Nullable String principal) {
    return lab.app.sessions().connect(null, new Visitor(principal, Map.of()));
  }

  @Test
  @DisplayName(
      "K7 K6: a session with a principal is at the principal's record from the first moment on")
  void aKnownSessionIsAtItsRecord() {
    try (Lab lab = Lab.inline(byUser)) {
      connect(lab, "ada").session().ref(byUser).dispatch("add", "tea");
      Session second = connect(lab, "ada").session();
      assertThat(second.ref(byUser).state().titles()).containsExactly("tea");
      assertThat(connect(lab, "bob").session().ref(byUser).state().titles()).isEmpty();
      assertThat(connect(lab, null).session().ref(byUser).state().titles()).isEmpty();
      assertThat(lab.ids("Todos")).containsExactly("ada");
    }
  }

  @Test
  @DisplayName(
      "R6: a known session that only looks leaves no record, and is at its key after a restart")
  void whoOnlyLooksLeavesNoRecord() {
    try (Lab lab = Lab.inline(byUser)) {
      SessionConnection ada = connect(lab, "ada");
      assertThat(ada.session().ref(byUser).state()).isEqualTo(NONE);
      lab.restart();
      assertThat(lab.ids("Todos")).isEmpty();
      Session back = lab.app.sessions().connect(ada.token()).session();
      back.ref(byUser).dispatch("add", "tea");
      assertThat(lab.ids("Todos")).containsExactly("ada");
    }
  }

  @Test
  @DisplayName(
      "K2 K7: authenticate takes the session along before it returns, and shows that to who"
          + " subscribes")
  void authenticateTakesTheSessionAlong() {
    try (Lab lab = Lab.inline(byUser)) {
      connect(lab, "ada").session().ref(byUser).dispatch("add", "tea");
      Session session = connect(lab, null).session();
      List<List<String>> seen = new ArrayList<>();
      session.ref(byUser).subscribe(t -> seen.add(t.titles()));
      session.authenticate("ada");
      assertThat(session.ref(byUser).state().titles()).containsExactly("tea");
      assertThat(seen.getLast()).containsExactly("tea");
      session.ref(byUser).dispatch("add", "milk");
      assertThat(lab.text(of("ada"))).contains("tea", "milk");
    }
  }

  @Test
  @DisplayName("K3 K4: after a log-out or a switch nothing of the first user is seen or written")
  void nothingOfTheFirstUserIsLeft() {
    try (Lab lab = Lab.inline(byUser)) {
      Session session = connect(lab, null).session();
      session.authenticate("ada");
      session.ref(byUser).dispatch("add", "secret");
      session.authenticate("bob");
      assertThat(session.ref(byUser).state().titles()).isEmpty();
      session.ref(byUser).dispatch("add", "mine");
      assertThat(lab.text(of("bob"))).contains("mine").doesNotContain("secret");
      session.authenticate(null);
      assertThat(session.ref(byUser).state().titles()).isEmpty();
      session.ref(byUser).dispatch("add", "nobody's");
      assertThat(lab.text(of("ada"))).contains("secret").doesNotContain("nobody's");
      assertThat(lab.ids("Todos")).containsExactlyInAnyOrder("ada", "bob");
    }
  }

  @Test
  @DisplayName("K5: an action that authenticates its session ends at the new key")
  void anActionThatAuthenticatesEndsAtTheNewKey() {
    try (Lab lab = Lab.inline(byUser)) {
      connect(lab, "ada").session().ref(byUser).dispatch("add", "tea");
      Session session = connect(lab, null).session();
      assertThat(session.ref(byUser).dispatch("login", "ada").titles()).containsExactly("tea");
      assertThat(session.ref(byUser).dispatch("logout").titles()).isEmpty();
      for (int i = 0; i < 20; i++) {
        session.ref(byUser).dispatch("login", "user" + i);
        session.authenticate("other" + i);
      }
      session.ref(byUser).dispatch("add", "late");
      assertThat(lab.text(of("other19"))).contains("late");
    }
  }

  @Test
  @DisplayName(
      "K2: what a guest did is adopted where nothing is stored, and asked about where something is")
  void aGuestsStateIsAdopted() {
    StateModule<Todos> guests =
        StateModule.define("Todos", NONE)
            .persist(
                KeyStrategy.withKey(SessionKeyTest::user, KeyStrategy.session()),
                p -> p.onAdopt((guest, stored) -> stored.with("from " + guest.titles())))
            .reduce("add", String.class, Todos::with)
            .build();
    try (Lab lab = Lab.inline(guests)) {
      SessionConnection one = connect(lab, null);
      one.session().ref(guests).dispatch("add", "tea");
      one.session().authenticate("ada");
      assertThat(lab.text(of("ada"))).contains("tea");
      SessionConnection two = connect(lab, null);
      two.session().ref(guests).dispatch("add", "milk");
      two.close();
      lab.restart();
      // The log-in is with the connection now, after a restart.
      Session back =
          lab.app.sessions().connect(two.token(), new Visitor("ada", Map.of())).session();
      assertThat(back.ref(guests).state().titles()).containsExactly("tea", "from [milk]");
      assertThat(lab.ids("Todos")).containsExactly("ada");
    }
  }

  @Test
  @DisplayName(
      "a restart between the log-in and the module's next use takes the session along, too")
  void aRestartInBetweenTakesTheSessionAlong() {
    StateModule<Todos> other =
        StateModule.define("Door", NONE)
            .persist(KeyStrategy.session())
            .onAction("logout", ctx -> session(ctx).authenticate(null))
            .build();
    try (Lab lab = Lab.inline(byUser, other)) {
      SessionConnection ada = connect(lab, "ada");
      ada.session().ref(byUser).dispatch("add", "secret");
      lab.restart();
      SessionConnection back = lab.app.sessions().connect(ada.token());
      back.session().ref(other).dispatch("logout");
      lab.restart();
      Session nobody = lab.app.sessions().connect(ada.token()).session();
      assertThat(nobody.principal()).isEmpty();
      assertThat(nobody.ref(byUser).state().titles()).isEmpty();
      nobody.ref(byUser).dispatch("add", "nobody's");
      assertThat(lab.text(of("ada"))).doesNotContain("nobody's");
    }
  }

  @Test
  @DisplayName(
      "K5 K4: where the new user's record cannot be loaded, nothing of the old one is shown or"
          + " changed")
  void aFailedLoadShowsNothingOfTheOldUser() {
    try (Lab lab = Lab.inline(byUser)) {
      connect(lab, "bob").session().ref(byUser).dispatch("add", "bob's");
      Session session = connect(lab, "ada").session();
      session.ref(byUser).dispatch("add", "ada's");
      lab.restart();
      SessionConnection back = connect(lab, "ada");
      back.session().ref(byUser).state();
      lab.store.loading().fail(of("bob"));
      back.session().authenticate("bob");
      assertThatThrownBy(() -> back.session().ref(byUser).state())
          .isInstanceOf(LoadException.class);
      assertThatThrownBy(() -> back.session().ref(byUser).dispatch("add", "whose?"))
          .isInstanceOf(HoldfastException.class);
      lab.store.loading().recover();
      assertThat(back.session().ref(byUser).state().titles()).containsExactly("bob's");
      assertThat(lab.text(of("ada"))).doesNotContain("whose?");
      assertThat(lab.text(of("bob"))).doesNotContain("whose?", "ada's");
    }
  }

  @Test
  @DisplayName(
      "hazard 6, K5: a record that names another key stays where it is while nobody logs in or out")
  void aRecordThatNamesAnotherKeyStaysWhereItIs() {
    StateModule<Todos> byTeam =
        todos(
                KeyStrategy.withKey(
                    (state, session) ->
                        state.team() == null ? session.principal().orElse(null) : state.team()))
            .build();
    try (Lab lab = Lab.inline(byTeam)) {
      SessionConnection ada = connect(lab, "ada");
      ada.session().ref(byTeam).dispatch("join", "red");
      assertThat(lab.text(of("red"))).contains("red");
      lab.app.close();
      lab.plant(of("red"), "{\"team\":\"blue\",\"titles\":[\"red's\"]}");
      lab.plant(of("blue"), "{\"team\":\"blue\",\"titles\":[\"blue's\"]}");
      lab.app = lab.open();
      Session back = lab.app.sessions().connect(ada.token()).session();
      assertThat(back.ref(byTeam).state().titles()).doesNotContain("blue's");
    }
  }

  @Test
  @DisplayName(
      "E2: after an erase of the principal's record its session goes on there with defaults")
  void afterAnEraseTheSessionGoesOn() {
    try (Lab lab = Lab.inline(byUser)) {
      Session ada = connect(lab, "ada").session();
      ada.ref(byUser).dispatch("add", "old");
      lab.app.erase(of("ada"));
      assertThat(ada.ref(byUser).state().titles()).isEmpty();
      ada.ref(byUser).dispatch("add", "new");
      assertThat(lab.text(of("ada"))).contains("new").doesNotContain("old");
      assertThat(connect(lab, "ada").session().ref(byUser).state().titles()).containsExactly("new");
    }
  }

  @Test
  @DisplayName("server code without a session is not asked about one")
  void serverCodeActsOnARecord() {
    try (Lab lab = Lab.inline(byUser)) {
      lab.app.ref(byUser, "ada").dispatch("add", "from the server");
      assertThat(connect(lab, "ada").session().ref(byUser).state().titles())
          .containsExactly("from the server");
    }
  }

  @Test
  @DisplayName("a session that the program names has a principal's record, too")
  void namedSessionsFollow() {
    try (Lab lab = Lab.inline(byUser)) {
      connect(lab, "ada").session().ref(byUser).dispatch("add", "tea");
      lab.app.session("bot").authenticate("ada");
      assertThat(lab.app.session("bot").ref(byUser).state().titles()).containsExactly("tea");
      lab.restart();
      assertThat(lab.app.session("bot").ref(byUser).state().titles()).containsExactly("tea");
    }
  }

  @Test
  @DisplayName("a key function that throws fails what is asked, and nothing is written")
  void aKeyFunctionThatThrows() {
    StateModule<Todos> broken =
        todos(
                KeyStrategy.withKey(
                    (state, session) -> {
                      throw new IllegalStateException("no");
                    }))
            .build();
    try (Lab lab = Lab.inline(broken)) {
      Session session = connect(lab, "ada").session();
      assertThatThrownBy(() -> session.ref(broken).dispatch("add", "x"))
          .isInstanceOf(HoldfastException.class);
      assertThat(lab.ids("Todos")).isEmpty();
    }
  }
}
