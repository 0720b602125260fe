package dev.holdfast;

import static dev.holdfast.Todos.guestKey;
import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Log-ins of which nobody knows whether they are stored, and the guest who is back before that is
 * known: what the guest has done is in one record, whatever becomes of the log-in (law K2).
 */
class LogInsInDoubtTest {

  private static final Duration LONG_ENOUGH = Duration.ofSeconds(40);

  private final StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();
  private final List<WriteBatch> lost = new ArrayList<>();

  private static boolean names(WriteBatch batch, String user) {
    return batch.entries().stream().anyMatch(entry -> entry.key().equals(keyOf(user)));
  }

  /** The guest has one item, and its log-in as Alice is applied and not stored. */
  private StateRef<Todos> inDoubt(Lab lab) {
    return inDoubt(lab, joining);
  }

  private StateRef<Todos> inDoubt(Lab lab, StateModule<Todos> module) {
    var session = lab.app.session("s").ref(module);
    session.withActionId("tab.1").dispatch("add", "cart 1");
    lab.store.beforeWrite(
        batch -> {
          if (names(batch, "alice")) {
            lost.add(batch);
            throw new StoreUnavailableException("Alice's record is not stored");
          }
        });
    assertInDoubt(lab, session.withActionId("tab.2").dispatchAsync("login", user("alice")));
    return session;
  }

  private static void assertInDoubt(Lab lab, CompletableFuture<Todos> answer) {
    lab.clock.advance(LONG_ENOUGH);
    assertThatThrownBy(() -> Lab.answer(answer)).isInstanceOf(OutcomeUnknownException.class);
  }

  private static Todos logOut(Lab lab, StateRef<Todos> session) {
    var logout = session.withActionId("tab.9").dispatchAsync("logout");
    lab.clock.advance(LONG_ENOUGH);
    return Lab.answer(logout);
  }

  private static void recover(Lab lab) {
    lab.store.beforeWrite(batch -> {});
    lab.clock.advance(LONG_ENOUGH);
  }

  /** What the two records hold together. */
  private static List<String> stored(Lab lab) {
    return Stream.of(lab.text(keyOf("alice")), lab.text(guestKey("s")))
        .flatMap(text -> Stream.of("cart 1", "cart 2", "of alice").filter(text::contains))
        .sorted()
        .toList();
  }

  @Test
  @DisplayName(
      "K2 a log-out while a log-in is in doubt, and then a crash: the guest's cart is there")
  void aCrashAfterALogOutLosesNothing() {
    try (Lab lab = Lab.inline(joining)) {
      assertThat(logOut(lab, inDoubt(lab)).user()).isNull();
      lab.store.beforeWrite(batch -> {});
      try (Holdfast after = lab.open()) {
        var session = after.session("s").ref(joining);
        assertThat(session.state().items()).containsExactly("cart 1");
        assertThat(session.dispatch("login", user("alice")).items()).containsExactly("cart 1");
        assertThat(stored(lab)).containsExactly("cart 1");
      }
    }
  }

  @Test
  @DisplayName("K2 a log-in in doubt that lands after a log-out and a crash has the cart alone")
  void aLogInThatLandsAfterTheCrash() {
    for (boolean goesOn : new boolean[] {false, true}) {
      try (Lab lab = Lab.inline(joining)) {
        logOut(lab, inDoubt(lab));
        lab.store.beforeWrite(batch -> {});
        try (Holdfast after = lab.open()) {
          var session = after.session("s").ref(joining);
          assertThat(session.state().items()).containsExactly("cart 1");
          if (goesOn) {
            session.dispatch("add", "cart 2");
          }
          lab.store.write(lost.getFirst());
          assertThat(stored(lab)).containsExactlyElementsOf(items(goesOn));
          assertThat(session.dispatch("login", user("alice")).items())
              .containsExactlyElementsOf(items(goesOn));
          assertThat(stored(lab)).containsExactlyElementsOf(items(goesOn));
          assertThat(lab.record(guestKey("s"))).isNull();
        }
      }
      lost.clear();
    }
  }

  private static List<String> items(boolean both) {
    return both ? List.of("cart 1", "cart 2") : List.of("cart 1");
  }

  @Test
  @DisplayName("K2 a log-in in doubt that is stored after a log-out takes the guest's cart along")
  void aLogInThatIsStoredLateTakesTheCart() {
    try (Lab lab = Lab.inline(joining)) {
      var session = inDoubt(lab);
      logOut(lab, session);
      recover(lab);
      assertThat(lab.text(keyOf("alice"))).contains("cart 1");
      assertThat(lab.record(guestKey("s"))).isNull();
      assertThat(session.state()).isEqualTo(Todos.EMPTY);
      assertThat(session.dispatch("add", "cart 2").items()).containsExactly("cart 2");
      assertThat(session.dispatch("login", user("alice")).items())
          .containsExactly("cart 1", "cart 2");
    }
  }

  @Test
  @DisplayName("K2 a guest who goes on after a log-out keeps the cart that a log-in in doubt took")
  void aGuestWhoGoesOnKeepsTheCart() {
    try (Lab lab = Lab.inline(joining)) {
      var session = inDoubt(lab);
      logOut(lab, session);
      assertThat(session.dispatch("add", "cart 2").items()).containsExactly("cart 1", "cart 2");
      recover(lab);
      assertThat(lab.record(keyOf("alice"))).isNull();
      assertThat(session.state().items()).containsExactly("cart 1", "cart 2");
      assertThat(session.dispatch("login", user("alice")).items())
          .containsExactly("cart 1", "cart 2");
    }
  }

  @Test
  @DisplayName("K2 the same where the user's record was last written here")
  void aGuestWhoGoesOnBesideAnotherOfTheUsersSessions() {
    try (Lab lab = Lab.inline(joining)) {
      var other = lab.app.session("other").ref(joining);
      other.dispatch("login", user("alice"));
      other.dispatch("add", "of alice");
      var session = inDoubt(lab);
      logOut(lab, session);
      session.dispatch("add", "cart 2");
      recover(lab);
      assertThat(other.state().items()).containsExactly("of alice");
      assertThat(other.dispatch("add", "more").items()).containsExactly("of alice", "more");
      assertThat(stored(lab)).containsExactly("cart 1", "cart 2", "of alice");
    }
  }

  @Test
  @DisplayName(
      "K2 S4 the guest's next write and the log-in in doubt in one batch: one has the cart")
  void bothInOneBatch() {
    try (Lab lab = Lab.threaded(joining)) {
      var session = loggingIn(lab, joining);
      pass(lab, session.dispatchAsync("logout"));
      pass(lab, session.dispatchAsync("add", "cart 2"));
      lab.store.crash().writing().release();
      pass(lab, CompletableFuture.runAsync(session::flush));
      pass(lab, CompletableFuture.runAsync(lab.app.ref(joining, "alice")::flush));
      assertThat(lab.text(guestKey("s"))).contains("cart 1", "cart 2");
      assertThat(lab.record(keyOf("alice"))).isNull();
    }
  }

  @Test
  @DisplayName(
      "K2 S4 a log-in that lands while the guest is back takes along what it was sent with")
  void landsWhileTheGuestIsBack() {
    try (Lab lab = Lab.threaded(joining)) {
      var session = loggingIn(lab, joining);
      pass(lab, session.dispatchAsync("logout"));
      pass(lab, session.dispatchAsync("add", "cart 2"));
      lab.store.writing().release();
      passUntil(lab, () -> lab.text(guestKey("s")).contains("cart 2"));
      assertThat(lab.text(keyOf("alice"))).contains("cart 1").doesNotContain("cart 2");
      assertThat(lab.text(guestKey("s"))).doesNotContain("cart 1");
    }
  }

  /** The guest has one item, and its log-in as Alice hangs in the store and is in doubt. */
  private StateRef<Todos> loggingIn(Lab lab, StateModule<Todos> module) {
    var session = lab.app.session("s").ref(module);
    session.dispatch("add", "cart 1");
    lab.store.writing().hang(keyOf("alice"));
    var login = session.dispatchAsync("login", user("alice"));
    lab.store.writing().awaitHung();
    pass(lab, login);
    return session;
  }

  /** Lets time pass until there is an answer, whatever it is. */
  private static void pass(Lab lab, CompletableFuture<?> answer) {
    passUntil(lab, answer::isDone);
  }

  private static void passUntil(Lab lab, BooleanSupplier reached) {
    Rig.until(
        () -> {
          lab.clock.advance(Duration.ofMillis(500));
          return reached.getAsBoolean();
        });
  }

  @Test
  @DisplayName("K2 E1 a guest's record whose time is prolonged beside a log-in is the same guest's")
  void aProlongedGuestIsAdopted() {
    StateModule<Todos> expiring =
        Todos.guests(p -> p.onAdopt(Todos::joined).expireAfter(Duration.ofMinutes(10))).build();
    try (Lab lab = Lab.inline(expiring)) {
      var session = inDoubt(lab, expiring);
      logOut(lab, session);
      long before = lab.writesOf(guestKey("s"));
      try (Subscription watching = session.subscribe(state -> {})) {
        assertThat(watching).isNotNull();
        lab.clock.advance(Duration.ofMinutes(2));
      }
      assertThat(lab.writesOf(guestKey("s"))).isGreaterThan(before);
      recover(lab);
      assertThat(lab.text(keyOf("alice"))).contains("cart 1");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }

  @Test
  @DisplayName("A7 what is written behind is answered, too, behind a log-in that is not stored")
  void whatIsWrittenBehindIsAnswered() {
    StateModule<Todos> behind =
        Todos.guests(p -> p.save(SavePolicy.writeBehind(Duration.ofHours(1), Duration.ofHours(1))))
            .build();
    try (Lab lab = Lab.threaded(behind)) {
      var session = loggingIn(lab, behind);
      var add = session.dispatchAsync("add", "of alice");
      pass(lab, add);
      assertThatThrownBy(() -> Lab.answer(add)).isInstanceOf(OutcomeUnknownException.class);
    }
  }

  @Test
  @DisplayName("K5 what was sent behind a log-in in doubt begins no record without it")
  void whatWasSentBehindBeginsNoRecord() {
    try (Lab lab = Lab.inline(joining)) {
      var session = inDoubt(lab);
      assertInDoubt(lab, session.dispatchAsync("add", "of alice"));
      logOut(lab, session);
      session.dispatch("add", "cart 2");
      recover(lab);
      assertThat(lab.record(keyOf("alice"))).isNull();
      assertThat(stored(lab)).containsExactly("cart 1", "cart 2");
    }
  }

  @Test
  @DisplayName("K5 a second log-in stands though the one in doubt before it does not")
  void aSecondLogInStands() {
    try (Lab lab = Lab.inline(joining)) {
      var session = inDoubt(lab);
      logOut(lab, session);
      session.dispatch("add", "cart 2");
      var again = session.withActionId("tab.10").dispatchAsync("login", user("alice"));
      recover(lab);
      assertThat(Lab.answer(again).items()).containsExactly("cart 1", "cart 2");
      assertThat(session.dispatch("add", "of alice").user()).isEqualTo(user("alice"));
      assertThat(stored(lab)).containsExactly("cart 1", "cart 2", "of alice");
      assertThat(lab.record(guestKey("s"))).isNull();
    }
  }
}
