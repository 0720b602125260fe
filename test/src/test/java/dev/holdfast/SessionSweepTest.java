package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the sweeping of ended sessions must not do (laws N2, S5 and K8). */
class SessionSweepTest {

  record Counter(int count) {}

  private static StateModule<Counter> counter(String name, KeyStrategy<Counter> strategy) {
    return StateModule.define(name, new Counter(0))
        .persist(strategy)
        .reduce("increment", c -> new Counter(c.count() + 1))
        .build();
  }

  private final StateModule<Counter> own = counter("Own", KeyStrategy.session());
  private final StateModule<Counter> global = counter("Global", KeyStrategy.global());

  @Test
  @DisplayName("N2 a session that moved to another runtime is not ended by the one that it left")
  void aSessionThatMovedOnIsNotEndedHere() {
    try (Lab lab = Lab.inline(own)) {
      SessionConnection here = lab.app.sessions().connect(null);
      here.session().ref(own).dispatch("increment");
      here.close();
      lab.clock.advance(Duration.ofMinutes(2));
      Holdfast other = lab.open();
      SessionConnection there = other.sessions().connect(here.token());
      assertThat(there.isNew()).isFalse();
      lab.clock.advance(Lab.SESSION_TTL.multipliedBy(2));

      assertThat(lab.ids("Own")).hasSize(1);
      assertThat(there.session().ref(own).dispatch("increment").count()).isEqualTo(2);
      there.close();
      other.close();
      SessionConnection back = lab.app.sessions().connect(here.token());
      assertThat(back.isNew()).isFalse();
      assertThat(back.session().ref(own).state().count()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("N2 the rows of sessions that ran out while nothing ran are loaded side by side")
  void rowsAreLoadedSideBySide() {
    try (Lab lab = Lab.threaded(own)) {
      for (int i = 0; i < 3; i++) {
        SessionConnection client = lab.app.sessions().connect(null);
        client.session().ref(own).dispatch("increment");
        client.close();
      }
      lab.app.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
      lab.store.loading().hang();
      lab.app = lab.open();
      lab.store.loading().awaitHung(3).release();
      Rig.until(() -> lab.ids("Own").isEmpty());
    }
  }

  @Test
  @DisplayName("N2 R2 after a sweep that could not load a session, its client is let in")
  void aSweepThatFailedLeavesTheSessionUsable() {
    try (Lab lab = Lab.inline(own)) {
      SessionConnection client = lab.app.sessions().connect(null);
      client.session().ref(own).dispatch("increment");
      client.close();
      lab.app.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
      lab.store.loading().fail();
      lab.app = lab.open();
      assertThatThrownBy(() -> lab.app.sessions().connect(client.token()))
          .isInstanceOf(LoadException.class);
      lab.store.loading().recover();
      assertThat(lab.app.sessions().connect(client.token()).isNew()).isTrue();
    }
  }

  @Test
  @DisplayName("N2 clients that came while the store could not be read leave nothing in memory")
  void failedConnectionsLeaveNothing() {
    try (Lab lab = Lab.inline(own)) {
      lab.store.loading().fail();
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> lab.app.sessions().connect(null))
            .isInstanceOf(LoadException.class);
      }
      assertThat(lab.app.instances()).isZero();
    }
  }

  @Test
  @DisplayName("N2 S5 nothing is saved for a session that has ended, and it holds nothing")
  void anEndedSessionSavesNothing() {
    try (Lab lab = Lab.inline(own, global)) {
      SessionConnection client = lab.app.sessions().connect(null);
      Session session = client.session();
      StateRef<Counter> ref = session.ref(own);
      List<Integer> seen = new ArrayList<>();
      ref.subscribe(c -> seen.add(c.count()));
      ref.dispatch("increment");
      session.ref(global).subscribe(c -> seen.add(c.count()));
      session.ref(global).dispatch("increment");
      client.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));

      assertThatThrownBy(() -> ref.dispatch("increment")).isInstanceOf(ClosedException.class);
      assertThatThrownBy(() -> session.ref(global).dispatch("increment"))
          .isInstanceOf(ClosedException.class);
      assertThat(lab.ids("Own")).isEmpty();
      assertThat(lab.app.instances()).isZero();
    }
  }

  @Test
  @DisplayName("K8 the last hook of a session may act on what it shares")
  void theLastHookMayActOnWhatIsShared() {
    var leaving =
        StateModule.define("Leaving", new Counter(0))
            .persist(KeyStrategy.session())
            .reduce("increment", c -> new Counter(c.count() + 1))
            .onExpire(ctx -> ctx.ref(global).dispatch("increment"))
            .build();
    try (Lab lab = Lab.inline(leaving, global)) {
      SessionConnection client = lab.app.sessions().connect(null);
      client.session().ref(leaving).dispatch("increment");
      client.session().ref(global).dispatch("increment");
      client.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
      assertThat(lab.text(StateKey.global("Global"))).contains("\"count\":2");
    }
  }

  /** What the last hook of a session saw, and where. */
  private final List<String> last = new ArrayList<>();

  private static void act(Lab lab, Consumer<Session> actions) {
    SessionConnection client = lab.app.sessions().connect(null);
    actions.accept(client.session());
    client.close();
    lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
    assertThat(lab.app.instances()).isZero();
  }

  @Test
  @DisplayName(
      "N2 K8 the last hook of a session sees what it had in memory alone, and only if used")
  void theLastHookSeesWhatWasInMemoryAlone() {
    var unsaved =
        StateModule.define("Unsaved", new Counter(0))
            .reduce("increment", c -> new Counter(c.count() + 1))
            .onExpire(ctx -> last.add("saw " + ctx.state().count()))
            .build();
    try (Lab lab = Lab.inline(unsaved, own)) {
      act(lab, session -> session.ref(own).dispatch("increment"));
      assertThat(last).isEmpty();
      act(lab, session -> session.ref(unsaved).dispatch("increment"));
      assertThat(last).containsExactly("saw 1");
    }
  }

  @Test
  @DisplayName(
      "N2 K2 the last hook runs for a guest, and not for the record of a user who logged in")
  void theLastHookIsTheGuests() {
    var todos =
        Todos.guests(p -> {}).onExpire(ctx -> last.add("saw " + ctx.state().items())).build();
    try (Lab lab = Lab.inline(todos)) {
      act(lab, session -> session.ref(todos).dispatch("add", "milk"));
      assertThat(last).containsExactly("saw [milk]");
      act(lab, session -> session.ref(todos).dispatch("login", Todos.user("ann")));
      assertThat(last).hasSize(1);
      assertThat(lab.ids("Todos")).containsExactly("ann");
    }
  }

  @Test
  @DisplayName("N2 a short time to live counts from the last \"still here\", also after a crash")
  void aShortTimeToLiveIsKeptFresh() {
    try (Lab lab = Lab.inline(own)) {
      var ttl = Duration.ofSeconds(20);
      Holdfast first = open(lab, ttl);
      SessionConnection client = first.sessions().connect(null);
      client.session().ref(own).dispatch("increment");
      lab.clock.advance(Duration.ofSeconds(30));
      // The first runtime is left as it is: it has crashed.
      Holdfast second = open(lab, ttl);
      SessionConnection again = second.sessions().connect(client.token());
      assertThat(again.isNew()).isFalse();
      assertThat(again.session().ref(own).state().count()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("Instances that the program reached by id, saved and unused, leave memory")
  void unusedInstancesLeaveMemory() {
    var byId = counter("ById", KeyStrategy.byId());
    try (Lab lab = Lab.inline(byId)) {
      for (int i = 0; i < 100; i++) {
        lab.app.ref(byId, "k" + i).dispatch("increment");
      }
      List<Integer> seen = new ArrayList<>();
      var kept = lab.app.ref(byId, "k0").subscribe(c -> seen.add(c.count()));
      lab.clock.advance(Duration.ofMinutes(3));
      assertThat(lab.app.instances()).isEqualTo(1);
      assertThat(lab.app.ref(byId, "k7").dispatch("increment").count()).isEqualTo(2);
      lab.app.ref(byId, "k0").dispatch("increment");
      assertThat(seen).containsExactly(2);
      kept.close();
      lab.clock.advance(Duration.ofMinutes(3));
      assertThat(lab.app.instances()).isZero();
    }
  }

  private Holdfast open(Lab lab, Duration ttl) {
    return Holdfast.builder(lab.store)
        .clock(lab.clock)
        .sessionTtl(ttl)
        .modules(own)
        .executor(Runnable::run)
        .open();
  }
}
