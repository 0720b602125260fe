package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.error;
import static dev.holdfast.Rig.until;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What random histories found, each on its own. */
class FoundByHistoriesTest {

  /** Whose the state is, and one more thing. */
  record Seat(@Nullable String user, String text) {}

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> module = boxes(SavePolicy.committed());
  private final StateModule<Seat> seats =
      StateModule.define("Seat", new Seat(null, ""))
          .reduce("login", String.class, (seat, user) -> new Seat(user, seat.text() + "!"))
          .persist(KeyStrategy.withKey(Seat::user))
          .build();

  @Test
  @DisplayName("A6 a handler that is tried again dispatches what it dispatched before, once")
  void whatARetriedHandlerDispatchesCountsOnce() {
    AtomicInteger runs = new AtomicInteger();
    StateModule<Box> relay =
        StateModule.define("Relay", new Box(0, ""))
            .onAction(
                "relay",
                ctx -> {
                  ctx.ref(module, "a").dispatch("increment");
                  if (runs.incrementAndGet() == 1) {
                    throw new IllegalStateException("The first run fails");
                  }
                  ctx.update(box -> box.plus(1));
                })
            .onError((ctx, e) -> ErrorDecision.RETRY)
            .persist(KeyStrategy.byId())
            .build();
    Holdfast app = rig.inline(module, relay);
    assertThat(app.ref(relay, "r").withActionId("c.1").dispatch("relay").count()).isEqualTo(1);
    assertThat(runs).hasValue(2);
    assertThat(app.ref(module, "a").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("S4, S7: a state that is too large does not refuse what a lost reply had stored")
  void aStateThatIsTooLargeFailsOnlyTheActionsThatAreNotStored() {
    var box = rig.open(rig.here().modules(module).maxRecordBytes(2_048)).ref(module, "a");
    rig.store.loseNextReplies(1);
    var stored = box.dispatchAsync("increment");
    var tooLarge = box.dispatchAsync("write", "x".repeat(4_096));
    rig.clock.advance(ofSeconds(1));
    assertThat(answer(stored).count()).isEqualTo(1);
    assertThat(error(tooLarge)).isInstanceOf(StateRejectedException.class);
    assertThat(box.dispatch("increment").count()).isEqualTo(2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName("S4 what landed before a rejection is not overwritten by what does not hold it")
  void whatLandedBeforeARejectionStays() {
    var box = rig.inline(module).ref(module, "a");
    rig.store.loseNextReplies(1);
    var landed = box.dispatchAsync("increment");
    rig.store.reject(Rig.key("a"), "a test says so");
    rig.clock.advance(ofSeconds(1));
    assertThat(answer(landed).count()).isEqualTo(1);
    rig.store.accept(Rig.key("a"));
    assertThat(box.dispatch("increment").count()).isEqualTo(2);
    assertThat(rig.stored("a")).isEqualTo(2);
  }

  @Test
  @DisplayName("N2 nothing is acknowledged under a session whose row did not come to be stored")
  void anActionIsInDoubtIfTheSessionsRowIs() {
    Session session = rig.inline(module).sessions().connect(null).session();
    rig.store.writing().fail();
    var nothing = session.ref(module, "a").dispatchAsync("nothing");
    rig.clock.advance(ofSeconds(31));
    assertThat(error(nothing)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  @DisplayName("R2 a client that comes back when the store does not answer is told so")
  void aClientThatComesBackWithoutAStoreGetsALoadException() {
    Sessions sessions = rig.inline(module).sessions();
    SessionConnection connection = sessions.connect(null);
    String token = connection.token();
    rig.clock.advance(ofMinutes(1));
    connection.close();
    rig.store.loading().fail();
    rig.clock.advance(ofMinutes(62));
    assertThatThrownBy(() -> sessions.connect(token)).isInstanceOf(LoadException.class);
  }

  @Test
  @DisplayName("A7, S4: a replayed action that would change the key now is refused, not stuck")
  void aReplayedActionThatWouldChangeTheKeyIsRefused() {
    var seat = rig.inline(seats).session("s").ref(seats);
    seat.dispatch("login", "ann");
    rig.inline(seats).erase(StateKey.keyed("Seat", "ann"));
    var again = seat.dispatchAsync("login", "ann");
    assertThat(error(again)).isInstanceOf(ConflictException.class);
  }

  @Test
  @DisplayName("A6, K5: a log-in that is sent again while its state comes back waits for it")
  void aLogInThatIsSentAgainWaitsForTheState() {
    Holdfast app = rig.threaded(seats);
    var seat = app.session("s").ref(seats).withActionId("c.1");
    answer(seat.dispatchAsync("login", "ann"));
    until(
        () -> {
          rig.clock.advance(ofMinutes(1));
          return app.instances() == 1; // The row of the session.
        });
    rig.store.loading().hang();
    try (Subscription subscription = seat.subscribe(state -> {})) {
      assertThat(subscription).isNotNull();
      var again = seat.dispatchAsync("login", "ann");
      rig.store.loading().release();
      assertThat(answer(again)).isEqualTo(new Seat("ann", "!"));
    }
  }

  @Test
  @DisplayName("S5 what was stored, its reply lost, and erased by another since stays erased")
  void whatWasErasedAfterALostReplyStaysErased() {
    var box = rig.inline(module).ref(module, "a");
    rig.store.loseNextReplies(1);
    var lost = box.dispatchAsync("increment");
    var unsent = box.dispatchAsync("handle");
    rig.inline(module).erase(Rig.key("a"));
    rig.clock.advance(ofSeconds(1));
    assertThat(error(lost)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(error(unsent)).isInstanceOf(ConflictException.class);
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
  }

  @Test
  @DisplayName("S4 what another's erase forestalled was not stored, and runs again")
  void whatAnErasePrecededRunsAgain() {
    var box = rig.inline(module).ref(module, "a");
    box.dispatch("increment");
    rig.store.writing().failNext(1);
    var failed = box.dispatchAsync("increment");
    rig.inline(module).erase(Rig.key("a"));
    rig.clock.advance(ofSeconds(1));
    assertThat(answer(failed).count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("A6 an action that waits through a long outage is not forgotten before its answer")
  void whoWaitsThroughAnOutageIsNotForgotten() {
    var box = rig.inline(module).ref(module, "a").withActionId("c.1");
    rig.store.writing().fail();
    CompletableFuture<Box> first = box.dispatchAsync("increment");
    for (int i = 0; i < 25; i++) {
      rig.clock.advance(ofSeconds(31));
    }
    assertThat(error(first)).isInstanceOf(OutcomeUnknownException.class);
    CompletableFuture<Box> again = box.dispatchAsync("increment");
    rig.store.writing().recover();
    rig.clock.advance(ofMinutes(1));
    assertThat(answer(again).count()).isEqualTo(1);
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("S5, N2: what waits when its session ends is not run on what the end erased")
  void whatWaitsWhenItsSessionEndsIsNotRun() {
    CompletableFuture<Void> going = new CompletableFuture<>();
    StateModule<Box> own =
        StateModule.define("Own", new Box(0, ""))
            .onAction("handle", ctx -> going.join())
            .reduce("increment", box -> box.plus(1))
            .persist(KeyStrategy.session())
            .build();
    Holdfast app = rig.threaded(own);
    Session session = app.session("s");
    var unused = session.ref(own).dispatchAsync("handle");
    var waits = session.ref(own).dispatchAsync("increment");
    app.eraseSession(session.id());
    going.complete(null);
    assertThatThrownBy(() -> answer(waits)).isInstanceOf(ClosedException.class);
    app.close();
    assertThat(rig.shared.load(StateKey.session("Own", session.id())))
        .satisfiesAnyOf(
            record -> assertThat(record).isEmpty(),
            record -> assertThat(record.orElseThrow().isTombstone()).isTrue());
  }

  @Test
  @DisplayName("E2, R2: an erase that the store does not answer says so in the library's own terms")
  void anEraseWithoutAStoreIsALoadException() {
    Holdfast app = rig.inline(module);
    app.ref(module, "a").dispatch("increment");
    rig.store.loading().fail();
    assertThatThrownBy(() -> app.erase(Rig.key("a")))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("Box");
    assertThat(rig.hasRecord("a")).isFalse();
  }

  @Test
  @DisplayName("N2, K5: a log-in that comes through after its session's end holds on to nothing")
  void aLogInThatComesThroughAfterTheEndHoldsOnToNothing() {
    Holdfast app = rig.threaded(seats);
    Session session = app.session("s");
    var seat = session.ref(seats);
    try (Subscription subscription = seat.subscribe(state -> {})) {
      assertThat(subscription).isNotNull();
      answer(seat.dispatchAsync("login", "bob"));
      rig.store.loading().hang(StateKey.keyed("Seat", "ann"));
      var login = seat.dispatchAsync("login", "ann");
      rig.store.loading().awaitHung();
      app.eraseSession(session.id());
      rig.store.loading().release();
      until(login::isDone);
      until(
          () -> {
            rig.clock.advance(ofMinutes(1));
            return app.instances() == 0;
          });
    }
  }
}
