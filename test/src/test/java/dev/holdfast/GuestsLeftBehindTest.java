package dev.holdfast;

import static dev.holdfast.Todos.guestKey;
import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.KeyValueStore;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A guest's record after a crash in the log-in that adopts it: what was acknowledged is adopted,
 * and only once (laws K2 and A6).
 */
class GuestsLeftBehindTest {

  private static final String BOBS =
      "{\"user\":{\"id\":\"bob\",\"name\":\"BOB\"},\"items\":[],\"theme\":\"light\",\"edits\":1}";

  private final StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();

  private static void notStored(String what) {
    throw new StoreUnavailableException(what + " is not stored");
  }

  /** The user's record is stored with the end of the guest's; then the program crashes. */
  private Holdfast crashed(Lab lab) {
    var session = lab.app.session("s").ref(joining);
    session.withActionId("tab.1").dispatch("add", "cart 1");
    session.withActionId("tab.2").dispatch("add", "cart 2");
    lab.store.beforeWrite(
        batch -> {
          if (lab.text(keyOf("alice")).contains("cart 2")) {
            notStored("The session's row");
          }
        });
    assertThat(session.withActionId("tab.3").dispatchAsync("login", user("alice"))).isNotDone();
    assertThat(lab.text(keyOf("alice"))).contains("cart 2");
    assertThat(lab.record(guestKey("s"))).isNull();
    lab.store.beforeWrite(batch -> {});
    return lab.open();
  }

  @Test
  @DisplayName(
      "H8 K2 what a guest does between a crash in a log-in and the log-in sent again comes along")
  void guestGoesOnBetweenACrashAndTheRepeatedLogIn() {
    try (Lab lab = Lab.inline(joining);
        Holdfast after = crashed(lab)) {
      var session = after.session("s").ref(joining);
      session.dispatch("add", "cart 3");
      for (int times = 1; times <= 2; times++) {
        assertThat(session.withActionId("tab.3").dispatch("login", user("alice")).items())
            .containsExactly("cart 1", "cart 2", "cart 3");
      }
      assertThat(lab.text(keyOf("alice"))).contains("cart 3");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "A6 K2 what the guest sent before the log-in, and sends again with it, is there once")
  void guestSendsEverythingAgainAndMore() {
    try (Lab lab = Lab.inline(joining);
        Holdfast after = crashed(lab)) {
      var session = after.session("s").ref(joining);
      session.withActionId("other.1").dispatch("add", "cart 3");
      session.withActionId("tab.1").dispatch("add", "cart 1");
      session.withActionId("tab.2").dispatch("add", "cart 2");
      assertThat(session.withActionId("tab.3").dispatch("login", user("alice")).items())
          .containsExactly("cart 1", "cart 2", "cart 3");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("K2 a log-in that lands after its crash leaves what the guest does then to the next")
  void aLogInThatLandsAfterItsCrash() {
    try (Lab lab = Lab.threaded(joining)) {
      lab.store.writing().hang(keyOf("alice"));
      var lost = login(lab.app);
      lab.store.writing().awaitHung();
      try (Holdfast after = lab.open()) {
        var session = after.session("s").ref(joining);
        session.dispatch("add", "cart 1");
        lab.store.writing().release();
        Lab.answer(lost);

        var again = login(after);

        assertThat(Lab.answer(again).items()).containsExactly("cart 1");
        assertThat(lab.text(keyOf("alice"))).contains("cart 1");
        assertThat(lab.record(guestKey("s"))).isNull();
      }
    }
  }

  @Test
  @DisplayName("K2 S4 a log-in that lands just before the same, sent again, leaves the rest to it")
  void aLogInThatLandsJustBeforeTheSameSentAgain() {
    try (Lab lab = Lab.threaded(joining)) {
      lab.store.writing().hang(keyOf("alice"));
      var lost = login(lab.app);
      lab.store.writing().awaitHung();
      try (Holdfast after = lab.open()) {
        after.session("s").ref(joining).dispatch("add", "cart 1");
        after.ref(joining, "alice").state();
        var again = login(after);
        lab.store.writing().awaitHung(2).step();
        Lab.answer(lost);
        lab.store.writing().release();

        assertThat(Lab.answer(again).items()).containsExactly("cart 1");
        assertThat(lab.record(guestKey("s"))).isNull();
      }
    }
  }

  private CompletableFuture<Todos> login(Holdfast app) {
    return app.session("s")
        .ref(joining)
        .withActionId("tab.1")
        .dispatchAsync("login", user("alice"));
  }

  // With two runtimes

  @Test
  @DisplayName("K2 S4 a guest who logs in at two runtimes, as two users, is adopted by one of them")
  void aGuestIsAdoptedByOneOfTwo() {
    for (boolean stored : new boolean[] {false, true}) {
      try (Lab lab = Lab.inline(joining);
          Holdfast other = lab.open()) {
        if (stored) {
          lab.plant(keyOf("bob"), BOBS);
        }
        var here = lab.app.session("s").ref(joining);
        here.dispatch("add", "cart");
        var there = other.session("s").ref(joining);
        assertThat(there.state().items()).containsExactly("cart");
        assertThat(here.dispatch("login", user("alice")).items()).containsExactly("cart");

        assertThat(there.dispatch("login", user("bob")).items()).as("the guest is gone").isEmpty();
        assertThat(lab.text(keyOf("bob"))).doesNotContain("cart");
        assertThat(lab.text(keyOf("alice"))).contains("cart");
      }
    }
  }

  @Test
  @DisplayName("K2 S4 a late log-in that took no guest along leaves one who began elsewhere since")
  void aLateLogInLeavesAGuestWhoBeganElsewhere() {
    try (Lab lab = Lab.inline(joining);
        Holdfast here =
            Holdfast.builder(lab.store)
                .clock(lab.clock)
                .executor(Runnable::run)
                .sessionTtl(Lab.SESSION_TTL)
                .passivateAfter(Duration.ofSeconds(1))
                .modules(joining)
                .open()) {
      lab.store.beforeWrite(
          batch -> {
            if (batch.entries().stream().anyMatch(entry -> entry.key().equals(keyOf("alice")))) {
              notStored("The log-in");
            }
          });
      var login = login(here);
      lab.clock.advance(Duration.ofSeconds(5)); // The guest's instance has left memory: no record.
      var there = lab.app.session("s").ref(joining);
      assertThat(there.dispatch("add", "cart").items()).containsExactly("cart");
      lab.store.beforeWrite(batch -> {});
      lab.clock.advance(Duration.ofSeconds(20));

      assertThat(Lab.answer(login).items()).isEmpty();
      assertThat(lab.text(guestKey("s"))).contains("cart");
      var session = here.session("s").ref(joining);
      assertThat(session.dispatch("logout").items()).containsExactly("cart");
      assertThat(session.dispatch("login", user("alice")).items()).containsExactly("cart");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("K2 S4 what a guest does at one runtime is not lost to a log-in at another")
  void aGuestWhoGoesOnElsewhereIsNotLost() {
    try (Lab lab = Lab.inline(joining);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(joining);
      here.dispatch("add", "cart 1");
      var there = other.session("s").ref(joining);
      assertThat(there.dispatch("add", "cart 2").items()).hasSize(2);

      assertThat(here.dispatch("login", user("alice")).items()).containsExactly("cart 1", "cart 2");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "K2 S4 a handler that logs in a guest who went on elsewhere fails, and may run again")
  void aHandlerThatAGuestOvertakesFails() {
    StateModule<Todos> handling =
        Todos.guests(p -> p.onAdopt(Todos::joined))
            .onAction("enter", ctx -> ctx.update(t -> t.as(user("alice"))))
            .build();
    try (Lab lab = Lab.inline(handling);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(handling);
      here.dispatch("add", "cart 1");
      other.session("s").ref(handling).dispatch("add", "cart 2");

      assertThatThrownBy(() -> here.dispatch("enter")).isInstanceOf(ConflictException.class);

      assertThat(lab.record(keyOf("alice"))).isNull();
      assertThat(here.dispatch("enter").items()).containsExactly("cart 1", "cart 2");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("K2 A7 a log-in whose guest goes on elsewhere again and again fails in the end")
  void aLogInIsNotOvertakenForEver() {
    try (Lab lab = Lab.inline(joining);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(joining);
      here.dispatch("add", "cart");
      var there = other.session("s").ref(joining);
      AtomicInteger times = new AtomicInteger();
      lab.store.beforeWrite(
          batch -> {
            if (batch.entries().stream().anyMatch(entry -> entry.key().equals(keyOf("alice")))) {
              there.dispatch("add", "more " + times.incrementAndGet());
            }
          });

      assertThatThrownBy(() -> here.dispatch("login", user("alice")))
          .isInstanceOf(ConflictException.class);

      assertThat(times).hasValue(KeySwitch.MAX_RESTARTS + 1);
      lab.store.beforeWrite(batch -> {});
      assertThat(here.dispatch("login", user("alice")).items()).hasSize(1 + times.get());
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("K2 S4 a log-in that a conflict overtakes adopts what the guest did elsewhere, too")
  void aLogInOvertakenByAConflictRunsAgain() {
    try (Lab lab = Lab.threaded(joining);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(joining);
      assertThat(here.state().items()).isEmpty();
      other.session("s").ref(joining).dispatch("add", "cart 1");
      lab.store.writing().hang(guestKey("s"));
      var add = here.dispatchAsync("add", "cart 2");
      lab.store.writing().awaitHung();
      var login = here.dispatchAsync("login", user("alice"));
      lab.store.writing().release();

      assertThat(Lab.answer(add).items()).containsExactly("cart 1", "cart 2");
      assertThat(Lab.answer(login).items()).containsExactly("cart 1", "cart 2");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "K2 K3 a second log-out, where the first was not heard of, leaves the guest its work")
  void aSecondLogOutLeavesTheGuestItsWork() {
    try (Lab lab = Lab.inline(joining);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(joining);
      here.dispatch("login", user("alice"));
      var there = other.session("s").ref(joining);
      assertThat(there.state().user()).isEqualTo(user("alice"));
      here.dispatch("logout");
      here.dispatch("add", "cart");

      Todos guest = there.dispatch("logoutDark");

      assertThat(guest.items()).containsExactly("cart");
      assertThat(guest.theme()).isEqualTo("dark");
      assertThat(lab.text(guestKey("s"))).contains("cart");
      assertThat(there.dispatch("login", user("alice")).items()).containsExactly("cart");
    }
  }

  @Test
  @DisplayName("K2 S4 a second log-out that the guest's work overtakes goes on from it")
  void aSecondLogOutThatTheGuestOvertakes() {
    try (Lab lab = Lab.threaded(joining);
        Holdfast other = lab.open()) {
      var here = lab.app.session("s").ref(joining);
      here.dispatch("login", user("alice"));
      var there = other.session("s").ref(joining);
      assertThat(there.state().user()).isEqualTo(user("alice"));
      lab.store.writing().hang(guestKey("s"));
      var logout = there.dispatchAsync("logoutDark");
      lab.store.writing().awaitHung();
      here.dispatch("logout");
      var add = here.dispatchAsync("add", "cart");
      lab.store.writing().awaitHung(2);
      lab.store.writing().release();

      assertThat(Lab.answer(add).items()).containsExactly("cart");
      assertThat(Lab.answer(logout).user()).isNull();
      assertThat(lab.text(guestKey("s"))).contains("cart");
    }
  }

  // Without transactions

  /** Values in memory; from a word on, nothing that ends a record is stored, nor anything after. */
  private static final class Values {
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private boolean endsNothing;
    private boolean isDown;

    void put(String key, String value) {
      isDown |= endsNothing && value.endsWith("\n");
      if (isDown) {
        notStored("The end of a record");
      }
      values.put(key, value);
    }

    StateStore store() {
      return StateStore.of(KeyValueStore.of(values::get, this::put, values::remove));
    }

    void recover() {
      endsNothing = false;
      isDown = false;
    }

    boolean hasGuest() {
      return values.values().stream()
          .anyMatch(value -> value.contains("\"user\":null") && value.contains("cart"));
    }
  }

  private final Values values = new Values();
  private final ManualClock clock = new ManualClock();

  private Holdfast open() {
    return Holdfast.builder(values.store())
        .clock(clock)
        .modules(joining)
        .executor(Runnable::run)
        .open();
  }

  private StateRef<Todos> leftBehind() {
    var session = open().session("s").ref(joining);
    session.dispatch("add", "cart 1");
    values.endsNothing = true;
    assertThat(session.withActionId("tab.1").dispatchAsync("login", user("alice"))).isNotDone();
    values.recover();
    assertThat(values.hasGuest()).as("the guest's record is left").isTrue();
    return open().session("s").ref(joining);
  }

  @Test
  @DisplayName(
      "K2 without transactions: a guest's record that a crash has left is not adopted twice")
  void aLeftOverIsAdoptedOnce() {
    for (String id : new String[] {"tab.1", "tab.2"}) {
      values.values.clear();
      var session = leftBehind();
      assertThat(session.state().items()).containsExactly("cart 1");
      assertThat(session.withActionId(id).dispatch("login", user("alice")).items())
          .as("the log-in sent again, and another one")
          .containsExactly("cart 1");
      assertThat(values.hasGuest()).isFalse();
    }
  }

  @Test
  @DisplayName("K2 without transactions: what a guest adds to a record that was left is not lost")
  void aLeftOverThatWentOnIsAdoptedAgain() {
    var session = leftBehind();
    session.dispatch("add", "cart 2");
    assertThat(session.withActionId("tab.1").dispatch("login", user("alice")).items())
        .as("nobody can tell what of it is new")
        .containsExactly("cart 1", "cart 1", "cart 2");
    assertThat(values.hasGuest()).isFalse();
  }
}
