package dev.holdfast;

import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch.Put;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who a client is, for how long, and what goes with it (laws N1, N2 and K8). */
class SessionHazardsTest {

  record Counter(int count) {}

  private static StateModule<Counter> counter(String name, KeyStrategy<Counter> strategy) {
    return StateModule.define(name, new Counter(0))
        .persist(strategy)
        .reduce("increment", c -> new Counter(c.count() + 1))
        .build();
  }

  private final StateModule<Counter> own = counter("Own", KeyStrategy.session());
  private final StateModule<Counter> second = counter("Second", KeyStrategy.session());
  private final StateModule<Counter> global = counter("Global", KeyStrategy.global());
  private final StateModule<Todos> todos = Todos.committed();

  private Lab lab() {
    return Lab.inline(own, second, global, todos);
  }

  private int count(SessionConnection connection) {
    return connection.session().ref(own).state().count();
  }

  @Test
  @DisplayName("N1 tokens that are unknown, malformed, foreign or forged begin a new session")
  void tokensThatAreNoneBeginANewSession() {
    try (Lab lab = lab()) {
      SessionConnection mine = lab.app.sessions().connect(null);
      SessionConnection yours = lab.app.sessions().connect(null);
      mine.session().ref(own).dispatch("increment");
      yours.session().ref(own).dispatch("increment");
      String id = mine.session().id();
      String yourSecret = yours.token().substring(yours.token().indexOf('.') + 1);
      List<String> bad =
          List.of(
              "",
              " ",
              ".",
              id,
              id + ".",
              id + "." + yourSecret,
              mine.token() + "x",
              mine.token().substring(1),
              mine.token() + "\n",
              mine.token() + "\0",
              "@s",
              "A".repeat(22) + "." + "A".repeat(43),
              "x".repeat(100_000),
              "\ud83d\ude00",
              "../" + id,
              mine.token().toLowerCase(java.util.Locale.ROOT));

      for (String token : bad) {
        SessionConnection got = lab.app.sessions().connect(token);
        assertThat(got.isNew()).isTrue();
        assertThat(got.session().id()).isNotIn(id, yours.session().id());
        assertThat(got.token()).isNotIn(token, mine.token(), yours.token());
        assertThat(count(got)).isZero();
      }
      lab.restart();
      for (String token : bad) {
        assertThat(lab.app.sessions().connect(token).isNew()).isTrue();
      }
      SessionConnection back = lab.app.sessions().connect(mine.token());
      assertThat(back.session().id()).isEqualTo(id);
      assertThat(count(back)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("H50 N1 no token is in the store, whole or in part")
  void tokensAreNotInTheStore() {
    try (Lab lab = lab()) {
      SessionConnection client = lab.app.sessions().connect(null);
      client.session().ref(own).dispatch("increment");
      client.session().ref(todos).dispatch("login", user("alice"));
      client.close();
      lab.clock.advance(Duration.ofMinutes(2));
      String secret = client.token().substring(client.token().indexOf('.') + 1);

      assertThat(lab.ids("$sessions")).containsExactly(client.session().id());
      assertThat(lab.store.writes())
          .allSatisfy(
              batch ->
                  assertThat(batch.entries())
                      .allSatisfy(
                          entry -> {
                            assertThat(entry.key().toString()).doesNotContain(secret);
                            if (entry instanceof Put put) {
                              assertThat(put.record().text()).doesNotContain(secret);
                            }
                          }));
    }
  }

  @Test
  @DisplayName("N1 N2 a session resumes over connections and restarts, with its id and its keys")
  void sessionsResume() {
    try (Lab lab = lab()) {
      SessionConnection first = lab.app.sessions().connect(null);
      assertThat(first.isNew()).isTrue();
      first.session().ref(own).dispatch("increment");
      first.session().ref(todos).dispatch("login", user("alice"));
      first.session().ref(todos).dispatch("add", "one");
      first.close();

      for (int life = 0; life < 3; life++) {
        SessionConnection again = lab.app.sessions().connect(first.token());
        assertThat(again.isNew()).isFalse();
        assertThat(again.token()).isEqualTo(first.token());
        assertThat(again.session().id()).isEqualTo(first.session().id());
        assertThat(count(again)).isEqualTo(1);
        assertThat(again.session().ref(todos).state().items()).containsExactly("one");
        lab.restart();
      }
    }
  }

  @Test
  @DisplayName("N2 whatever was acknowledged under a session, a crash leaves the session's row too")
  void rowIsDurableBeforeTheFirstAcknowledgement() {
    try (Lab lab = lab()) {
      SessionConnection client = lab.app.sessions().connect(null);
      client.session().ref(own).dispatch("increment");

      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.

      SessionConnection again = lab.app.sessions().connect(client.token());
      assertThat(again.isNew()).isFalse();
      assertThat(count(again)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("N1 a session that the program names is out of reach of any wire, and the reverse")
  void namedAndWireSessionsNeverMeet() {
    try (Lab lab = lab()) {
      SessionConnection wire = lab.app.sessions().connect(null);
      wire.session().ref(own).dispatch("increment");
      String id = wire.session().id();

      assertThat(lab.app.session(id).id()).isNotEqualTo(id);
      assertThat(lab.app.session(id).ref(own).state().count()).isZero();
      assertThat(lab.app.ref(own, id).state().count()).isZero();
      lab.app.session("bot").ref(own).dispatch("increment");
      assertThat(lab.app.sessions().connect("@bot").session().id()).doesNotStartWith("@");
      assertThat(lab.app.ref(own, "bot").state().count()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("H52 expiry deletes the session's own records; global and keyed ones stay")
  void expiryDeletesTheSessionsOwnRecordsOnly() {
    try (Lab lab = lab()) {
      SessionConnection client = busyClient(lab);
      client.close();

      lab.clock.advance(Lab.SESSION_TTL.minusSeconds(1));
      assertThat(lab.ids("Own")).hasSize(1);
      lab.clock.advance(Duration.ofMinutes(2));

      assertExpired(lab, client);
    }
  }

  @Test
  @DisplayName("H52 the same for a session that ran out while nothing ran")
  void expiryIsMadeGoodAfterTheStart() {
    try (Lab lab = lab()) {
      SessionConnection client = busyClient(lab);
      client.close();

      lab.restartAfter(Lab.SESSION_TTL.plusMinutes(5));

      assertExpired(lab, client);
    }
  }

  @Test
  @DisplayName("H52 a session whose client never said good-bye before a crash runs out too")
  void sessionOfACrashedRuntimeExpires() {
    try (Lab lab = lab()) {
      SessionConnection client = busyClient(lab);
      lab.restartAfter(Lab.SESSION_TTL.plusMinutes(5));
      assertExpired(lab, client);
    }
  }

  @Test
  @DisplayName("H52 many sessions that ran out while nothing ran are all swept")
  void allThatRanOutAreSwept() {
    try (Lab lab = lab()) {
      for (int i = 0; i < 450; i++) {
        SessionConnection client = lab.app.sessions().connect(null);
        client.session().ref(own).dispatch("increment");
        client.close();
      }
      lab.restartAfter(Lab.SESSION_TTL.plusMinutes(5));
      lab.clock.advance(Duration.ofMinutes(5));
      assertThat(lab.ids("Own")).isEmpty();
      assertThat(lab.ids("$sessions")).isEmpty();
    }
  }

  @Test
  @DisplayName("H52 R2 a store that fails during the sweep delays the end, and loses nothing else")
  void failedSweepIsTriedAgain() {
    try (Lab lab = lab()) {
      SessionConnection client = busyClient(lab);
      client.close();
      lab.app.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
      lab.store.writing().failNext(3);
      lab.store.loading().failNext(1);
      lab.app = lab.open();
      lab.clock.advance(Duration.ofMinutes(30));

      assertExpired(lab, client);
    }
  }

  private SessionConnection busyClient(Lab lab) {
    SessionConnection client = lab.app.sessions().connect(null);
    client.session().ref(own).dispatch("increment");
    client.session().ref(second).dispatch("increment");
    client.session().ref(global).dispatch("increment");
    client.session().ref(todos).dispatch("login", user("alice"));
    client.session().ref(todos).dispatch("add", "keyed");
    return client;
  }

  private void assertExpired(Lab lab, SessionConnection client) {
    assertThat(lab.ids("Own")).isEmpty();
    assertThat(lab.ids("Second")).isEmpty();
    assertThat(lab.ids("$sessions")).isEmpty();
    assertThat(lab.ids("Global")).hasSize(1);
    assertThat(lab.text(StateKey.keyed("Todos", "alice"))).contains("keyed");
    SessionConnection again = lab.app.sessions().connect(client.token());
    assertThat(again.isNew()).isTrue();
    assertThat(count(again)).isZero();
    assertThat(again.session().ref(global).state().count()).isEqualTo(1);
    assertThat(again.session().ref(todos).state().user()).isNull();
  }

  @Test
  @DisplayName("N2 a session does not run out while it is connected, however long")
  void connectedSessionDoesNotRunOut() {
    try (Lab lab = lab()) {
      SessionConnection client = lab.app.sessions().connect(null);
      SessionConnection tab = lab.app.sessions().connect(client.token());
      client.session().ref(own).dispatch("increment");
      client.close();
      client.close();
      lab.clock.advance(Lab.SESSION_TTL.multipliedBy(5));
      assertThat(count(tab)).isEqualTo(1);
      assertThat(lab.ids("Own")).hasSize(1);

      // And "still here" was noted: a crash now leaves it its time to live.
      lab.app = lab.open();
      lab.clock.advance(Lab.SESSION_TTL.minusMinutes(10));
      assertThat(lab.ids("Own")).hasSize(1);
    }
  }

  @Test
  @DisplayName("N2 coming back starts the time to live anew")
  void comingBackStartsTheTimeToLiveAnew() {
    try (Lab lab = lab()) {
      SessionConnection client = lab.app.sessions().connect(null);
      client.session().ref(own).dispatch("increment");
      client.close();
      for (int visit = 0; visit < 4; visit++) {
        lab.clock.advance(Lab.SESSION_TTL.minusMinutes(5));
        SessionConnection again = lab.app.sessions().connect(client.token());
        assertThat(again.isNew()).isFalse();
        assertThat(count(again)).isEqualTo(1);
        again.close();
        if (visit == 2) {
          lab.restart();
        }
      }
    }
  }

  @Test
  @DisplayName("H74 K8 a guest who is offline for 61 s finds the cart")
  void guestsCartOutlivesABriefAbsence() {
    try (Lab lab = lab()) {
      SessionConnection guest = lab.app.sessions().connect(null);
      guest.session().ref(todos).dispatch("add", "cart");
      guest.close();
      lab.clock.advance(Duration.ofSeconds(61));

      SessionConnection again = lab.app.sessions().connect(guest.token());

      assertThat(again.session().ref(todos).state().items()).containsExactly("cart");
      assertThat(again.session().ref(todos).dispatch("login", user("alice")).items())
          .containsExactly("cart");
    }
  }

  @Test
  @DisplayName("N1 R2 a store that does not answer is an error, and the token stays good")
  void tokenStaysGoodWhenTheStoreDoesNotAnswer() {
    try (Lab lab = lab()) {
      SessionConnection client = lab.app.sessions().connect(null);
      client.session().ref(own).dispatch("increment");
      client.close();
      lab.restart();
      lab.store.loading().fail();
      assertThatThrownBy(() -> lab.app.sessions().connect(client.token()))
          .isInstanceOf(LoadException.class);
      lab.store.loading().recover();
      assertThat(count(lab.app.sessions().connect(client.token()))).isEqualTo(1);
    }
  }
}
