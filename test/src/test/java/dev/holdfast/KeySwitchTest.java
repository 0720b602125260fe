package dev.holdfast;

import static dev.holdfast.Todos.guestKey;
import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.KeySwitch.Step;
import dev.holdfast.save.SavePolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a change of the key, and where each leaves the session if it fails (law K5). */
@Timeout(60)
class KeySwitchTest {

  private final StateModule<Todos> todos = Todos.committed();

  private static SessionRef<Todos> at(Lab lab, StateModule<Todos> module) {
    return (SessionRef<Todos>) lab.app.session("s").ref(module);
  }

  private static SessionRef<Todos> alice(Lab lab, StateModule<Todos> module) {
    SessionRef<Todos> session = at(lab, module);
    session.dispatch("login", user("alice"));
    session.dispatch("add", "alice's");
    return session;
  }

  private static @Nullable Step step(SessionRef<Todos> session) {
    return session.binding().step();
  }

  private static void isStillAlices(Lab lab, SessionRef<Todos> session) {
    assertThat(step(session)).isEqualTo(Step.STAYED);
    assertThat(session.state().user()).isEqualTo(user("alice"));
    assertThat(lab.ids("Todos")).containsExactly("alice");
    assertThat(Lab.answer(session.dispatchAsync("add", "next")).items())
        .containsExactly("alice's", "next");
    assertThat(Lab.answer(session.dispatchAsync("login", user("bob"))).items()).isEmpty();
    assertThat(step(session)).isEqualTo(Step.MOVED);
  }

  @Test
  @DisplayName("K5 SETTLING: what cannot be saved for the old key keeps the session there")
  void settlingThatFailsStays() {
    Duration hour = Duration.ofHours(1);
    StateModule<Todos> behind = Todos.builder("Todos", SavePolicy.writeBehind(hour, hour)).build();
    try (Lab lab = Lab.threaded(behind)) {
      var session = alice(lab, behind);
      lab.store.writing().hang(keyOf("alice"));
      var login = session.dispatchAsync("login", user("bob"));
      lab.store.writing().awaitHung();
      assertThat(step(session)).isEqualTo(Step.SETTLING);
      assertThat(lab.store.loads()).doesNotContain(keyOf("bob"));

      Rig.until( // the write may begin before the log-in has begun to wait for it
          () -> {
            lab.clock.advance(Duration.ofSeconds(30));
            return login.isDone();
          });
      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(OutcomeUnknownException.class);
      lab.store.writing().release();
      isStillAlices(lab, session);
    }
  }

  @Test
  @DisplayName("K5 LOADING: a new record that cannot be read keeps the session at the old one")
  void loadingThatFailsStays() {
    try (Lab lab = Lab.threaded(todos)) {
      var session = alice(lab, todos);
      lab.store.loading().hang(keyOf("bob")).fail(keyOf("bob"));
      var login = session.dispatchAsync("login", user("bob"));
      lab.store.loading().awaitHung();
      assertThat(step(session)).isEqualTo(Step.LOADING);

      lab.store.loading().release();
      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(LoadException.class);
      lab.store.loading().recover();
      isStillAlices(lab, session);
    }
  }

  @Test
  @DisplayName("K5 APPLYING: a new record that cannot be stored keeps the session at the old one")
  void applyingThatFailsStays() {
    try (Lab lab = Lab.threaded(todos)) {
      var session = alice(lab, todos);
      lab.store.reject(keyOf("bob"), "odd").writing().hang(keyOf("bob"));
      var login = session.dispatchAsync("login", user("bob"));
      lab.store.writing().awaitHung();
      assertThat(step(session)).isEqualTo(Step.APPLYING);

      lab.store.writing().release();
      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(StateRejectedException.class);
      lab.store.accept(keyOf("bob"));
      isStillAlices(lab, session);
    }
  }

  @Test
  @DisplayName("K5 A7 APPLYING: a commit that does not come in time moves the session all the same")
  void applyingWithoutAnAnswerGoesOn() {
    try (Lab lab = Lab.threaded(todos)) {
      var session = alice(lab, todos);
      lab.store.writing().hang(keyOf("bob"));
      var login = session.withActionId("tab.1").dispatchAsync("login", user("bob"));
      lab.store.writing().awaitHung();
      lab.clock.advance(Duration.ofSeconds(31));
      lab.store.writing().release();

      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(OutcomeUnknownException.class);
      Rig.until(() -> step(session) == Step.MOVED);
      assertThat(session.state().user()).isEqualTo(user("bob"));
      assertThat(session.withActionId("tab.1").dispatch("login", user("bob")).user())
          .isEqualTo(user("bob"));
      assertThat(at(lab.restart(), todos).state().user()).isEqualTo(user("bob"));
    }
  }

  @Test
  @DisplayName("K5 A7 BINDING: a row that is not stored in time is unknown, and the session moves")
  void bindingWithoutAnAnswerMoves() {
    try (Lab lab = Lab.threaded(todos)) {
      var session = alice(lab, todos);
      lab.store.writing().hang(Row.key("@s"));
      var login = session.withActionId("tab.1").dispatchAsync("login", user("bob"));
      lab.store.writing().awaitHung();
      assertThat(step(session)).isEqualTo(Step.BINDING);
      assertThat(session.state().user()).isEqualTo(user("alice"));

      lab.clock.advance(Duration.ofSeconds(31));
      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(OutcomeUnknownException.class);
      Rig.until(() -> step(session) == Step.MOVED);
      assertThat(session.state().user()).isEqualTo(user("bob"));
      lab.store.writing().release();
      assertThat(at(lab.restart(), todos).state().user()).isEqualTo(user("bob"));
    }
  }

  @Test
  @DisplayName("K5 A5 MOVING: a hook that throws on arrival is reported, and the session has moved")
  void movingPastAHookThatThrows() throws InterruptedException {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    StateModule<Todos> hooked =
        Todos.builder("Todos", SavePolicy.committed())
            .onCreated(
                (ctx, restore) -> {
                  if (user("bob").equals(ctx.state().user())) {
                    assertThat(restore.cause()).isEqualTo(RestoreInfo.Cause.KEY_CHANGED);
                    arrived.countDown();
                    goOn.await();
                    throw new IllegalStateException("hook");
                  }
                })
            .build();
    try (Lab lab = Lab.threaded(hooked)) {
      var session = alice(lab, hooked);
      var login = session.dispatchAsync("login", user("bob"));
      assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(step(session)).isEqualTo(Step.MOVING);
      assertThat(login).isNotDone();
      goOn.countDown();
      assertThat(Lab.answer(login).user()).isEqualTo(user("bob"));
      assertThat(step(session)).isEqualTo(Step.MOVED);
    }
  }

  @Test
  @DisplayName("H10 K5 what was sent behind a log-in that fails is refused, and not the old user's")
  void whatWasSentBehindAFailedSwitchIsRefused() {
    StateModule<Todos> handling =
        Todos.builder("Todos", SavePolicy.committed())
            .onAction("handle", ctx -> ctx.update(t -> t.with("handled")))
            .build();
    try (Lab lab = Lab.threaded(handling)) {
      var session = alice(lab, handling);
      lab.store.loading().hang(keyOf("bob")).fail(keyOf("bob"));
      var login = session.dispatchAsync("login", user("bob"));
      lab.store.loading().awaitHung();
      List<CompletableFuture<Todos>> behind =
          List.of(
              session.withActionId("tab.2").dispatchAsync("add", "for bob"),
              session.dispatchAsync("handle"));
      var on = session.dispatchAsync("login", user("carol"));
      var carols = session.dispatchAsync("add", "sent behind two");
      lab.store.loading().release();

      assertThatThrownBy(() -> Lab.answer(login)).isInstanceOf(LoadException.class);
      for (CompletableFuture<Todos> edit : behind) {
        assertThatThrownBy(() -> Lab.answer(edit))
            .isInstanceOf(KeyException.class)
            .hasCauseInstanceOf(LoadException.class);
      }
      assertThat(Lab.answer(on).user()).isEqualTo(user("carol"));
      assertThat(Lab.answer(carols).items()).containsExactly("sent behind two");
      assertThat(lab.text(keyOf("alice"))).doesNotContain("for bob", "handled", "behind");
    }
  }

  @Test
  @DisplayName("K5 H6 the program leads a session away from a record that names no key")
  void unbindLeadsAway() {
    StateModule<Todos> guests = Todos.guests(p -> {}).build();
    for (StateModule<Todos> module : List.of(todos, guests)) {
      try (Lab lab = Lab.inline(module)) {
        at(lab, module).dispatch("login", user("bob"));
        lab.app.close();
        var bobs = lab.plant(keyOf("bob"), "{\"items\":[\"of bob\"]}");
        lab.app = lab.open();
        assertThat(at(lab, module).dispatch("logout").items()).as("K5").containsExactly("of bob");

        lab.app.session("s").unbind(module);

        assertThat(at(lab, module).state()).isEqualTo(Todos.EMPTY);
        assertThat(lab.record(keyOf("bob"))).isEqualTo(bobs);
        assertThat(lab.record(guestKey("s"))).isNull();
        lab.app.session("s").unbind(module);
        assertThat(at(lab.restart(), module).state()).isEqualTo(Todos.EMPTY);
        assertThat(at(lab, module).dispatch("login", user("alice")).user())
            .isEqualTo(user("alice"));
      }
    }
  }

  @Test
  @DisplayName("K5 what cannot be unbound is refused")
  void badUnbindsAreRefused() {
    StateModule<Todos> own =
        StateModule.define("Own", Todos.EMPTY).persist(KeyStrategy.session()).build();
    StateModule<Todos> asking =
        Todos.builder("Todos", SavePolicy.committed())
            .onAction("unbind", ctx -> ctx.session().orElseThrow().unbind(todos))
            .build();
    try (Lab lab = Lab.inline(own, asking)) {
      assertThatThrownBy(() -> lab.app.session("s").unbind(own))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Own");
      assertThatThrownBy(() -> lab.app.session("s").unbind(todos))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> at(lab, asking).dispatch("unbind"))
          .isInstanceOf(ActionFailedException.class);
    }
  }

  @Test
  @DisplayName("K5 H76 a session that went further on another runtime is led there by its row")
  void rowOfAnotherRuntimeLeadsOn() {
    for (StateModule<Todos> module : List.of(todos, Todos.guests(p -> {}).build())) {
      try (Lab lab = Lab.inline(module)) {
        alice(lab, module);
        Holdfast elsewhere = lab.open();
        var there = elsewhere.session("s").ref(module);
        assertThat(there.state().user()).isEqualTo(user("alice"));
        at(lab, module).withActionId("tab.1").dispatch("logout");
        at(lab, module).withActionId("tab.2").dispatch("login", user("bob"));
        at(lab, module).withActionId("tab.3").dispatch("add", "bob's");

        there.withActionId("tab.1").dispatch("logout");
        there.withActionId("tab.2").dispatch("login", user("bob"));
        there.withActionId("tab.3").dispatch("add", "bob's");

        assertThat(there.state().items()).containsExactly("bob's");
        assertThat(lab.text(keyOf("alice"))).contains("alice's").doesNotContain("bob");
        elsewhere.close();
        assertThat(at(lab.restart(), module).state().items()).containsExactly("bob's");
      }
    }
  }
}
