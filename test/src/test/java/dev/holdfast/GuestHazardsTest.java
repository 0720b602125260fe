package dev.holdfast;

import static dev.holdfast.Todos.guestKey;
import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import java.time.Duration;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a guest has done, before, at and after the log-in (laws K2, K3 and N2; hazard 8). */
class GuestHazardsTest {

  private static final String ALICES =
      "{\"user\":{\"id\":\"alice\",\"name\":\"ALICE\"},\"items\":[\"stored\"],\"theme\":\"light\",\"edits\":1}";

  private final StateModule<Todos> plain = Todos.guests(p -> {}).build();
  private final StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();

  private static StateRef<Todos> at(Lab lab, StateModule<Todos> module) {
    return lab.app.session("s").ref(module);
  }

  private static Todos of(@Nullable String user, String theme, int edits, String... items) {
    return new Todos(user == null ? null : user(user), List.of(items), theme, edits);
  }

  private static StateRef<Todos> guestWithACart(Lab lab, StateModule<Todos> module) {
    StateRef<Todos> session = at(lab, module);
    session.dispatch("add", "cart 1");
    session.dispatch("add", "cart 2");
    return session;
  }

  @Test
  @DisplayName("K2 a guest's state is in the session's own record, and survives a restart")
  void guestStateSurvivesARestart() {
    try (Lab lab = Lab.inline(plain)) {
      guestWithACart(lab, plain);
      assertThat(lab.record(guestKey("s"))).isNotNull();

      lab.restart();

      assertThat(at(lab, plain).state()).isEqualTo(of(null, "light", 2, "cart 1", "cart 2"));
      assertThat(lab.app.session("other").ref(plain).state()).isEqualTo(Todos.EMPTY);
    }
  }

  @Test
  @DisplayName("H15 R6 a guest who only looks, logs in and logs out leaves no record of a guest")
  void guestWhoChangesNothingLeavesNoRecord() {
    try (Lab lab = Lab.inline(plain)) {
      assertThat(at(lab, plain).state()).isEqualTo(Todos.EMPTY);
      at(lab, plain).dispatch("login", user("alice"));
      at(lab, plain).dispatch("logout");
      lab.restart();
      assertThat(at(lab, plain).state()).isEqualTo(Todos.EMPTY);
      assertThat(lab.ids("Todos")).containsExactly("alice");
    }
  }

  @Test
  @DisplayName("H8 K2 nothing stored: adopted whole, and the guest's record goes in the same batch")
  void guestIsAdoptedWholeInOneBatch() {
    try (Lab lab = Lab.inline(joining)) {
      var session = guestWithACart(lab, joining);
      int before = lab.store.writes().size();

      Todos adopted = session.dispatch("login", user("alice"));

      assertThat(adopted).isEqualTo(of("alice", "light", 2, "cart 1", "cart 2"));
      assertThat(lab.store.writes().get(before).entries())
          .extracting(WriteBatch.Entry::key)
          .containsExactlyInAnyOrder(keyOf("alice"), guestKey("s"));
      assertThat(lab.record(guestKey("s"))).isNull();
      assertThat(lab.writesOf(guestKey("s"))).as("two changes and the end").isEqualTo(3);
      assertThat(at(lab.restart(), joining).state()).isEqualTo(adopted);
    }
  }

  @Test
  @DisplayName("H8 K2 something stored and no hook: it wins, but for what the log-in changed")
  void storedStateWinsWithoutAHook() {
    try (Lab lab = Lab.inline(plain)) {
      lab.plant(keyOf("alice"), ALICES);
      var session = guestWithACart(lab, plain);

      assertThat(session.dispatch("loginDark", user("alice")))
          .isEqualTo(of("alice", "dark", 1, "stored"));
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "H8 K2 something stored: onAdopt decides, and the guest's record goes with its result")
  void onAdoptDecides() {
    try (Lab lab = Lab.inline(joining)) {
      lab.plant(keyOf("alice"), ALICES);
      var session = guestWithACart(lab, joining);
      int before = lab.store.writes().size();

      Todos joined = session.dispatch("loginDark", user("alice"));

      assertThat(joined).isEqualTo(of("alice", "dark", 3, "stored", "cart 1", "cart 2"));
      assertThat(lab.store.writes().get(before).entries())
          .extracting(WriteBatch.Entry::key)
          .containsExactlyInAnyOrder(keyOf("alice"), guestKey("s"));
      assertThat(at(lab.restart(), joining).state()).isEqualTo(joined);
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("H8 onAdopt is asked for a guest in memory, too")
  void onAdoptDecidesForAGuestInMemory() {
    StateModule<Todos> inMemory = Todos.builder("Todos", p -> p.onAdopt(Todos::joined)).build();
    try (Lab lab = Lab.inline(inMemory)) {
      lab.plant(keyOf("alice"), ALICES);
      var session = guestWithACart(lab, inMemory);
      assertThat(lab.ids("Todos")).containsExactly("alice");

      assertThat(session.dispatch("login", user("alice")).items())
          .containsExactly("stored", "cart 1", "cart 2");
    }
  }

  @Test
  @DisplayName(
      "H8 K4 from user to user nobody asks onAdopt: nothing of the first reaches the second")
  void onAdoptIsNotAskedBetweenUsers() {
    try (Lab lab = Lab.inline(joining)) {
      lab.plant(keyOf("alice"), ALICES);
      var session = at(lab, joining);
      session.dispatch("login", user("bob"));
      session.dispatch("add", "bob's");

      assertThat(session.dispatch("login", user("alice")).items()).containsExactly("stored");
    }
  }

  @Test
  @DisplayName(
      "K2 an onAdopt that throws, gives null or leads elsewhere: the session stays a guest")
  void failingOnAdoptLeavesAGuest() {
    List<BinaryOperator<Todos>> bad =
        List.of(
            (guest, stored) -> {
              throw new IllegalStateException("merge");
            },
            FailingMerges::none,
            (guest, stored) -> new Todos(user("eve"), stored.items(), "light", 0),
            (guest, stored) -> Todos.EMPTY);
    for (BinaryOperator<Todos> merge : bad) {
      StateModule<Todos> module = Todos.guests(p -> p.onAdopt(merge)).build();
      try (Lab lab = Lab.inline(module)) {
        var alices = lab.plant(keyOf("alice"), ALICES);
        var session = guestWithACart(lab, module);

        assertThatThrownBy(() -> session.dispatch("login", user("alice")))
            .isInstanceOf(KeyException.class)
            .hasMessageContaining("Todos");

        assertThat(session.dispatch("add", "cart 3").items()).hasSize(3);
        assertThat(lab.record(keyOf("alice"))).isEqualTo(alices);
        assertThat(at(lab.restart(), module).state().items()).hasSize(3);
      }
    }
  }

  private static final class FailingMerges {
    @SuppressWarnings("NullAway") // what a user's code may do
    static Todos none(Todos guest, Todos stored) {
      return null;
    }
  }

  @Test
  @DisplayName("H7 K3 a log-out begins a fresh record: defaults and the scalars that it changed")
  void logOutBeginsAFreshRecord() {
    try (Lab lab = Lab.inline(joining)) {
      var session = guestWithACart(lab, joining);
      session.dispatch("login", user("alice"));

      assertThat(session.dispatch("logoutDark")).isEqualTo(of(null, "dark", 0));
      assertThat(lab.text(guestKey("s"))).contains("dark").doesNotContain("cart", "alice");
      lab.restart();
      assertThat(at(lab, joining).state()).isEqualTo(of(null, "dark", 0));
      assertThat(at(lab, joining).dispatch("login", user("bob"))).isEqualTo(of("bob", "dark", 0));
    }
  }

  @Test
  @DisplayName("H8 the second cart of a session is adopted behind the first, each once")
  void guestAgainAfterALogOut() {
    try (Lab lab = Lab.inline(joining)) {
      var session = guestWithACart(lab, joining);
      session.dispatch("login", user("alice"));
      session.dispatch("logout");
      session.dispatch("add", "cart 3");
      assertThat(session.dispatch("login", user("alice")).items())
          .containsExactly("cart 1", "cart 2", "cart 3");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "K2 S4 while the user's record conflicts, the guest's stays: the cart is never nowhere")
  void guestRecordStaysUntilTheCartIsStored() {
    try (Lab lab = Lab.inline(joining)) {
      lab.plant(keyOf("alice"), ALICES);
      var stale = lab.app.ref(joining, "alice");
      stale.state();
      Holdfast other = lab.open();
      other.ref(joining, "alice").dispatch("add", "of the other runtime");
      var session = guestWithACart(lab, joining);
      lab.store.beforeWrite(
          batch ->
              assertThat(lab.text(guestKey("s")).contains("cart 2"))
                  .isNotEqualTo(lab.text(keyOf("alice")).contains("cart 2")));

      assertThat(session.dispatch("login", user("alice")).items())
          .containsExactly("stored", "of the other runtime", "cart 1", "cart 2");

      lab.store.beforeWrite(batch -> {});
      assertThat(lab.record(guestKey("s"))).isNull();
      other.close();
    }
  }

  @Test
  @DisplayName("H67 K2 an adoption whose reply is lost counts once, and leaves no guest behind")
  void lostReplyOfAnAdoption() {
    for (int lost = 1; lost <= 4; lost++) {
      try (Lab lab = Lab.inline(joining)) {
        lab.plant(keyOf("alice"), ALICES);
        var session = guestWithACart(lab, joining);
        lab.store.loseNextReplies(lost);
        var login = session.withActionId("tab.1").dispatchAsync("login", user("alice"));
        lab.clock.advance(Duration.ofSeconds(20));

        assertThat(Lab.answer(login).items()).containsExactly("stored", "cart 1", "cart 2");
        assertThat(lab.record(guestKey("s"))).isNull();
        assertThat(session.dispatch("logout")).isEqualTo(Todos.EMPTY);
      }
    }
  }

  @Test
  @DisplayName("S7 K2 a user's record that the store rejects leaves the guest's alone")
  void rejectedAdoptionLeavesTheGuest() {
    try (Lab lab = Lab.inline(joining)) {
      var session = guestWithACart(lab, joining);
      lab.store.reject(keyOf("alice"), "too odd");
      assertThatThrownBy(() -> session.dispatch("login", user("alice")))
          .isInstanceOf(StateRejectedException.class);
      assertThat(session.dispatch("add", "cart 3").items()).hasSize(3);
      lab.store.accept(keyOf("alice"));
      assertThat(session.dispatch("login", user("alice")).items()).hasSize(3);
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("K2 what is adopted without a change to store takes the guest's record all the same")
  void adoptionWithoutAChangeEndsTheGuestsRecord() {
    List<BinaryOperator<Todos>> merges =
        List.of(
            (guest, stored) -> stored,
            (guest, stored) -> new Todos(stored.user(), stored.items(), stored.theme(), 99));
    for (BinaryOperator<Todos> merge : merges) {
      StateModule<Todos> module =
          Todos.guests(p -> p.onAdopt(merge).paths("user", "items", "theme")).build();
      try (Lab lab = Lab.inline(module)) {
        lab.plant(keyOf("alice"), ALICES.replace(",\"edits\":1", ""));
        var session = guestWithACart(lab, module);
        int before = lab.store.writes().size();
        assertThat(session.dispatch("login", user("alice")).items()).containsExactly("stored");
        assertThat(lab.store.writes().get(before).entries())
            .as("in one batch, so that no crash leaves the guest's")
            .extracting(WriteBatch.Entry::key)
            .containsExactly(keyOf("alice"), guestKey("s"));
        assertThat(lab.record(guestKey("s"))).isNull();
      }
    }
  }

  @Test
  @DisplayName("K2 K5 a log-in in doubt that is rejected in the end leaves the guest with its cart")
  void aRejectedLogInInDoubtLeavesTheGuest() {
    try (Lab lab = Lab.inline(joining)) {
      lab.plant(keyOf("alice"), ALICES);
      var session = guestWithACart(lab, joining);
      var tab = session.withActionId("tab.1");
      lab.store.beforeWrite(
          batch -> {
            if (batch.entries().stream().anyMatch(entry -> entry.key().equals(keyOf("alice")))) {
              throw new StoreUnavailableException("The test says so");
            }
          });
      var login = tab.dispatchAsync("login", user("alice"));
      lab.clock.advance(Duration.ofSeconds(40));
      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(OutcomeUnknownException.class);
      lab.store.beforeWrite(batch -> {});
      lab.store.reject(keyOf("alice"), "too odd");
      lab.clock.advance(Duration.ofSeconds(40));

      assertThat(lab.record(guestKey("s"))).as("nobody has taken it").isNotNull();
      assertThat(lab.text(keyOf("alice"))).doesNotContain("cart");
      lab.store.accept(keyOf("alice"));
      assertThat(Lab.answer(tab.dispatchAsync("login", user("alice"))).items())
          .containsExactly("stored", "cart 1", "cart 2");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "K2 a log-in that is stored late takes the cart along, unless its guest has gone on with it")
  void aLogInThatIsStoredLate() {
    for (boolean loggedOut : new boolean[] {true, false}) {
      try (Lab lab = Lab.inline(joining)) {
        var session = guestWithACart(lab, joining);
        lab.store.beforeWrite(
            batch -> {
              if (batch.entries().stream().anyMatch(entry -> entry.key().equals(keyOf("alice")))) {
                throw new StoreUnavailableException("The test says so");
              }
            });
        var login = session.dispatchAsync("login", user("alice"));
        lab.clock.advance(Duration.ofSeconds(40));
        assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(OutcomeUnknownException.class);
        if (loggedOut) {
          Lab.answer(session.dispatchAsync("logout"));
          Lab.answer(session.dispatchAsync("add", "cart 3"));
        }
        lab.store.beforeWrite(batch -> {});
        lab.clock.advance(Duration.ofSeconds(40));

        StateKey one = loggedOut ? guestKey("s") : keyOf("alice");
        StateKey other = loggedOut ? keyOf("alice") : guestKey("s");
        assertThat(lab.text(one)).contains("cart 1", "cart 2");
        assertThat(lab.text(other)).isEmpty();
        lab.restart();
        assertThat(at(lab, joining).state().items()).hasSize(loggedOut ? 3 : 2);
      }
    }
  }

  @Test
  @DisplayName(
      "K5 S4 a log-in whose reply is lost and is rejected then: the session is where it is")
  void aRejectedLogInWhoseReplyWasLost() {
    for (boolean landed : new boolean[] {true, false}) {
      try (Lab lab = Lab.inline(joining)) {
        var session = guestWithACart(lab, joining);
        if (landed) {
          lab.store.loseNextReplies(1);
        } else {
          lab.store.writing().failNext(1);
        }
        var login = session.dispatchAsync("login", user("alice"));
        lab.store.reject(keyOf("alice"), "too odd");
        lab.clock.advance(Duration.ofSeconds(20));
        if (landed) {
          assertThat(Lab.answer(login).items()).containsExactly("cart 1", "cart 2");
        } else {
          assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(StateRejectedException.class);
        }
        lab.store.accept(keyOf("alice"));
        assertThat(session.state().user()).isEqualTo(landed ? user("alice") : null);
        assertThat(session.state().items()).containsExactly("cart 1", "cart 2");
        assertThat(lab.record(guestKey("s")) == null).isEqualTo(landed);
      }
    }
  }

  @Test
  @DisplayName("H2 K2 under write-behind a guest's newest change is adopted, and the record goes")
  void guestUnderWriteBehind() {
    Duration second = Duration.ofSeconds(1);
    StateModule<Todos> behind =
        Todos.guests(p -> p.onAdopt(Todos::joined).save(SavePolicy.writeBehind(second, second)))
            .build();
    try (Lab lab = Lab.inline(behind)) {
      lab.plant(keyOf("alice"), ALICES);
      var session = guestWithACart(lab, behind);
      assertThat(session.dispatch("login", user("alice")).items())
          .containsExactly("stored", "cart 1", "cart 2");
      lab.clock.advance(Duration.ofSeconds(5));
      assertThat(lab.record(guestKey("s"))).isNull();
      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.
      assertThat(at(lab, behind).state().items()).hasSize(3);
    }
  }

  @Test
  @DisplayName("K6 two devices adopt their carts under one user at once: both are there, each once")
  void twoDevicesAdoptAtOnce() {
    try (Lab lab = Lab.threaded(joining)) {
      lab.plant(keyOf("alice"), ALICES);
      var one = lab.app.session("one").ref(joining);
      var two = lab.app.session("two").ref(joining);
      one.dispatch("add", "of one");
      two.dispatch("add", "of two");
      lab.store.writing().hang(keyOf("alice"));
      var first = one.dispatchAsync("login", user("alice"));
      var second = two.dispatchAsync("login", user("alice"));
      lab.store.writing().awaitHung();
      assertThat(lab.record(guestKey("one"))).isNotNull();
      assertThat(lab.record(guestKey("two"))).isNotNull();
      lab.store.writing().release();
      Lab.answer(first);
      Lab.answer(second);
      assertThat(one.state().items()).containsExactlyInAnyOrder("stored", "of one", "of two");
      assertThat(lab.record(guestKey("one"))).isNull();
      assertThat(lab.record(guestKey("two"))).isNull();
    }
  }

  @Test
  @DisplayName("H52 N2 a session that ends takes its guest's record along, and no user's")
  void expiryErasesTheGuestsRecord() {
    try (Lab lab = Lab.inline(plain)) {
      String id;
      try (SessionConnection guest = lab.app.sessions().connect(null);
          SessionConnection user = lab.app.sessions().connect(null)) {
        id = guest.session().id();
        guest.session().ref(plain).dispatch("add", "cart");
        user.session().ref(plain).dispatch("add", "alice's");
        user.session().ref(plain).dispatch("login", user("alice"));
      }
      StateKey own = StateKey.session("Todos", id);
      assertThat(lab.text(own)).contains("cart");

      lab.restartAfter(Lab.SESSION_TTL.multipliedBy(2));

      assertThat(lab.record(own)).isNull();
      assertThat(lab.ids("Todos")).containsExactly("alice");
      assertThat(lab.text(keyOf("alice"))).contains("alice's");
    }
  }

  @Test
  @DisplayName("K2 what a guest's state cannot be kept as is refused at definition")
  void badDefinitionsAreRefused() {
    assertThatThrownBy(() -> KeyStrategy.withKey(Todos::theme, KeyStrategy.global()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("session()")
        .hasMessageContaining("global()");
    assertThatThrownBy(
            () ->
                KeyStrategy.withKey(
                    Todos::theme, KeyStrategy.withKey(Todos::theme, KeyStrategy.session())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                StateModule.define("Todos", Todos.EMPTY)
                    .ephemeral(KeyStrategy.withKey(Todos::theme, KeyStrategy.session()))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ephemeral");
    assertThatThrownBy(
            () ->
                StateModule.define("Todos", Todos.EMPTY)
                    .persist(KeyStrategy.session(), p -> p.onAdopt(Todos::joined))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("onAdopt")
        .hasMessageContaining("session()");
  }
}
