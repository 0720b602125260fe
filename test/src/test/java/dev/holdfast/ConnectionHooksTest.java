package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What modules are told of their sessions' clients: that they went, came back, and ran out. */
class ConnectionHooksTest {

  record Draft(String text) {}

  private final List<String> told = new ArrayList<>();

  private final StateModule<Draft> drafts =
      StateModule.define("Drafts", new Draft(""))
          .persist(KeyStrategy.session())
          .reduce("type", String.class, (d, text) -> new Draft(text))
          .onDisconnect((ctx, session) -> told.add("gone with " + ctx.state().text()))
          .onReconnect((ctx, back) -> told.add("back to " + ctx.state().text()))
          .onExpire(ctx -> told.add("over with " + ctx.state().text()))
          .build();

  private final StateModule<Draft> other =
      StateModule.define("Other", new Draft(""))
          .persist(KeyStrategy.session())
          .onReconnect((ctx, back) -> told.add("other"))
          .build();

  private static SessionConnection connect(
      Lab lab, @Nullable String token, StateModule<?>... modules) {
    SessionConnection connection = lab.app.sessions().connect(token);
    for (StateModule<?> module : modules) {
      connection.attach(connection.session().ref(module));
    }
    return connection;
  }

  @Test
  @DisplayName(
      "a client that goes and comes back: onDisconnect with the state, onReconnect with the"
          + " restored one, also after a restart")
  void goingAndComingBack() {
    try (Lab lab = Lab.inline(drafts, other)) {
      SessionConnection first = connect(lab, null, drafts);
      first.session().ref(drafts).dispatch("type", "hello");
      assertThat(told).isEmpty();
      first.close();
      assertThat(told).containsExactly("gone with hello");
      connect(lab, first.token(), drafts).close();
      assertThat(told).containsExactly("gone with hello", "back to hello", "gone with hello");
      lab.restart();
      told.clear();
      connect(lab, first.token(), drafts);
      assertThat(told).containsExactly("back to hello");
    }
  }

  @Test
  @DisplayName(
      "a module that the session has not met is not reconnected to, though its session is known")
  void aModuleThatWasNotMetIsNotReconnectedTo() {
    try (Lab lab = Lab.inline(drafts, other)) {
      SessionConnection first = connect(lab, null, drafts);
      SessionConnection second = connect(lab, first.token(), other);
      assertThat(second.isNew()).isFalse();
      assertThat(told).isEmpty();
      second.session().ref(other).state();
      second.close();
      connect(lab, first.token(), other);
      assertThat(told).containsExactly("other");
    }
  }

  @Test
  @DisplayName("N3: a connection that takes the place of another is no coming and no going")
  void aReplacementGoesUnnoticed() {
    try (Lab lab = Lab.inline(drafts)) {
      SessionConnection old = connect(lab, null, drafts);
      old.session().ref(drafts).dispatch("type", "hello");
      SessionConnection fresh = connect(lab, old.token(), drafts);
      old.close();
      old.close();
      assertThat(told).isEmpty();
      fresh.close();
      assertThat(told).containsExactly("gone with hello");
    }
  }

  @Test
  @DisplayName("restore puts a state in the place of the present one, and that is saved")
  void restorePutsAStateInPlace() {
    StateModule<Draft> restoring =
        StateModule.define("Restoring", new Draft(""))
            .persist(KeyStrategy.session())
            .reduce("type", String.class, (d, text) -> new Draft(text))
            .onReconnect((ctx, back) -> back.restore(new Draft("kept for " + back.session().id())))
            .build();
    try (Lab lab = Lab.inline(restoring)) {
      SessionConnection first = connect(lab, null, restoring);
      first.session().ref(restoring).dispatch("type", "hello");
      first.close();
      SessionConnection again = connect(lab, first.token(), restoring);
      String kept = "kept for " + first.session().id();
      assertThat(again.session().ref(restoring).state().text()).isEqualTo(kept);
      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.
      SessionConnection later = lab.app.sessions().connect(first.token());
      assertThat(later.session().ref(restoring).state().text()).isEqualTo(kept);
    }
  }

  @Test
  @DisplayName("A5: what these hooks throw is reported and breaks nothing")
  void whatTheyThrowBreaksNothing() {
    StateModule<Draft> throwing =
        StateModule.define("Throwing", new Draft(""))
            .persist(KeyStrategy.session())
            .reduce("type", String.class, (d, text) -> new Draft(text))
            .onDisconnect(
                (ctx, session) -> {
                  throw new IllegalStateException("gone");
                })
            .onReconnect(
                (ctx, back) -> {
                  back.restore(new Draft("not this"));
                  throw new IllegalStateException("back");
                })
            .build();
    try (Lab lab = Lab.inline(throwing)) {
      SessionConnection first = connect(lab, null, throwing);
      first.session().ref(throwing).dispatch("type", "hello");
      first.close();
      SessionConnection again = connect(lab, first.token(), throwing);
      assertThat(again.session().ref(throwing).state().text()).isEqualTo("hello");
      again.session().ref(throwing).dispatch("type", "more");
      assertThat(again.session().ref(throwing).state().text()).isEqualTo("more");
    }
  }

  @Test
  @DisplayName("R6: a client that only goes and comes leaves no record")
  void comingAndGoingLeavesNoRecord() {
    try (Lab lab = Lab.inline(drafts)) {
      SessionConnection first = connect(lab, null, drafts);
      first.session().ref(drafts).state();
      first.close();
      connect(lab, first.token(), drafts).close();
      lab.clock.advance(Duration.ofMinutes(5));
      assertThat(told).contains("back to ");
      assertThat(lab.ids("Drafts")).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "N2: the program is told of a session that ran out before its records go, also where it"
          + " ran out while nothing ran")
  void theProgramIsToldOfSessionsThatRanOut() {
    List<SessionView> expired = new ArrayList<>();
    try (Lab lab = Lab.inline(drafts)) {
      SessionConnection first = lab.app.sessions().connect(null);
      first.session().ref(drafts).dispatch("type", "hello");
      first.session().authenticate("ada");
      String id = first.session().id();
      first.close();
      lab.app.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
      lab.app =
          Holdfast.builder(lab.store)
              .clock(lab.clock)
              .sessionTtl(Lab.SESSION_TTL)
              .modules(drafts)
              .executor(Runnable::run)
              .onSessionExpired(
                  session -> {
                    expired.add(session);
                    told.add("session with " + lab.ids("Drafts").size());
                  })
              .open();
      lab.clock.advance(Duration.ofMinutes(1));
      assertThat(expired)
          .extracting(SessionView::id, session -> session.principal().orElse(""))
          .containsExactly(tuple(id, "ada"));
      assertThat(told).containsExactly("session with 1", "over with hello");
      assertThat(lab.ids("Drafts")).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "hazard 53, A5: onSessionExpired that throws is reported, and the rest still expires")
  void onSessionExpiredMayThrow() {
    try (Lab lab = Lab.inline(drafts)) {
      lab.app.close();
      lab.app =
          Holdfast.builder(lab.store)
              .clock(lab.clock)
              .sessionTtl(Lab.SESSION_TTL)
              .modules(drafts)
              .executor(Runnable::run)
              .onSessionExpired(
                  session -> {
                    throw new IllegalStateException("no");
                  })
              .open();
      for (int i = 0; i < 3; i++) {
        SessionConnection each = lab.app.sessions().connect(null);
        each.session().ref(drafts).dispatch("type", "x");
        each.close();
      }
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
      assertThat(lab.ids("Drafts")).isEmpty();
      assertThat(lab.app.sessions().waiting()).isZero();
    }
  }

  @Test
  void aHandleOfAnotherSessionIsRefused() {
    try (Lab lab = Lab.inline(drafts)) {
      SessionConnection one = lab.app.sessions().connect(null);
      SessionConnection two = lab.app.sessions().connect(null);
      assertThatThrownBy(() -> one.attach(two.session().ref(drafts)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
