package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.store.StateStore;
import dev.holdfast.test.FaultyStateStore;
import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The table "Sessions on the wire" of the protocol, row by row (laws N1 to N4). */
final class SessionTableServerTest {

  private static final String INCREMENT =
      "{'type':'dispatchAction','id':'c.%d','module':'Counter','action':'increment'}";
  private static final Duration TTL = Duration.ofHours(1);

  private final FaultyStateStore store = FaultyStateStore.around(StateStore.inMemory());
  private final ManualClock clock = new ManualClock();

  /** A runtime and its server, on the store and clock of the test. */
  private final class Machine implements AutoCloseable {
    final Holdfast app =
        Holdfast.builder(store)
            .clock(clock)
            .sessionTtl(TTL)
            .modules(GateApp.COUNTER, GateApp.OTHER)
            .open();
    final HoldfastServer server = HoldfastServer.builder(app).start();

    TestClient open(@Nullable String token) {
      return TestClient.open("ws://localhost:" + server.port() + "/ws/Counter").hello(token);
    }

    void awaitNobody() {
      Awaitility.await().until(() -> app.sessions().connected() == 0);
    }

    @Override
    public void close() {
      server.close();
      app.close();
    }
  }

  private static void expectNew(TestClient client, String shown) throws Exception {
    JsonNode ack = client.next("sessionAck");
    assertThat(ack.get("isNew").booleanValue()).isTrue();
    assertThat(ack.get("isRestored").booleanValue()).isFalse();
    assertThat(ack.get("sessionId").stringValue()).isNotEqualTo(shown);
    assertThat(count(client)).isZero();
  }

  private static void expectRestored(TestClient client, String token, int count) throws Exception {
    JsonNode ack = client.next("sessionAck");
    assertThat(ack.get("sessionId").stringValue()).isEqualTo(token);
    assertThat(ack.get("isNew").booleanValue()).isFalse();
    assertThat(ack.get("isRestored").booleanValue()).isTrue();
    assertThat(count(client)).isEqualTo(count);
  }

  private static int count(TestClient client) throws Exception {
    return client.next("initialTree").get("state").get("count").intValue();
  }

  /** A session that has counted once and is disconnected; its token. */
  private static String counted(Machine machine) throws Exception {
    String token;
    try (TestClient client = machine.open(null)) {
      token = client.token();
      client.say(INCREMENT.formatted(1)).next("actionResult");
    }
    machine.awaitNobody();
    return token;
  }

  @Test
  void noneGetsANewSession() throws Exception {
    try (Machine machine = new Machine();
        TestClient client = machine.open(null)) {
      expectNew(client, "");
    }
  }

  @Test
  void anEmptyOneGetsANewSession() throws Exception {
    try (Machine machine = new Machine();
        TestClient client = machine.open("")) {
      expectNew(client, "");
    }
  }

  @Test
  @DisplayName(
      "N1: an unknown token gets a new session with a new token, also one of the right form")
  void anUnknownOneGetsANewSession() throws Exception {
    try (Machine machine = new Machine()) {
      String token = counted(machine);
      String id = token.substring(0, token.indexOf('.'));
      for (String unknown :
          new String[] {
            UUID.randomUUID().toString(),
            "A".repeat(22) + "." + "B".repeat(43),
            id + "." + "B".repeat(43), // a session's public id, with a wrong secret
            id
          }) {
        try (TestClient client = machine.open(unknown)) {
          expectNew(client, unknown);
        }
      }
    }
  }

  @Test
  void aMalformedOneGetsANewSession() throws Exception {
    try (Machine machine = new Machine()) {
      for (String malformed : new String[] {"../../etc", ".", "a.b", "%00", "x".repeat(5_000)}) {
        try (TestClient client = machine.open(malformed)) {
          expectNew(client, malformed);
        }
      }
    }
  }

  @Test
  @DisplayName("N2: an expired one gets a new session, and what was its own is gone")
  void anExpiredOneGetsANewSession() throws Exception {
    try (Machine machine = new Machine()) {
      String token = counted(machine);
      clock.advance(TTL.plusMinutes(1));
      try (TestClient client = machine.open(token)) {
        expectNew(client, token);
      }
    }
  }

  @Test
  @DisplayName("N2: one that expired while nothing ran gets a new session")
  void oneThatExpiredWhileNothingRanGetsANewSession() throws Exception {
    String token;
    try (Machine machine = new Machine()) {
      token = counted(machine);
    }
    clock.advance(TTL.plusMinutes(1));
    try (Machine machine = new Machine();
        TestClient client = machine.open(token)) {
      expectNew(client, token);
    }
  }

  @Test
  void aKnownAndDisconnectedOneIsRestoredWithinItsTimeToLive() throws Exception {
    try (Machine machine = new Machine()) {
      String token = counted(machine);
      clock.advance(TTL.minusMinutes(1));
      try (TestClient client = machine.open(token)) {
        expectRestored(client, token, 1);
      }
    }
  }

  @Test
  @DisplayName("N4: one whose save is in flight is shown the state with it, once it is stored")
  void oneWhoseSaveIsInFlightIsShownTheNewestState() throws Exception {
    try (Machine machine = new Machine()) {
      String token = counted(machine);
      try (TestClient client = machine.open(token)) {
        client.next("initialTree");
        store.writing().hang();
        client.say(INCREMENT.formatted(2));
        store.writing().awaitHung();
      }
      machine.awaitNobody();
      try (TestClient back = machine.open(token)) {
        back.next("sessionAck");
        store.writing().release();
        assertThat(count(back)).isEqualTo(2);
      }
    }
  }

  @Test
  @DisplayName(
      "A6 N2: an issued token is known after a restart if anything was acknowledged under it")
  void anAcknowledgedOneIsKnownAfterARestart() throws Exception {
    String token;
    try (Machine machine = new Machine()) {
      token = counted(machine);
    }
    try (Machine machine = new Machine();
        TestClient client = machine.open(token)) {
      expectRestored(client, token, 1);
      client.say(INCREMENT.formatted(1)).next("actionResult");
      client.say(INCREMENT.formatted(2)).next("actionResult");
    }
    try (Machine machine = new Machine();
        TestClient client = machine.open(token)) {
      expectRestored(client, token, 2);
    }
  }

  @Test
  @DisplayName("N2: the same after a crash")
  void anAcknowledgedOneIsKnownAfterACrash() throws Exception {
    try (Machine crashed = new Machine();
        TestClient client = crashed.open(null)) {
      String token = client.token();
      client.say(INCREMENT.formatted(1)).next("actionResult");
      // The first machine is left as it is: for the second one it has crashed.
      try (Machine machine = new Machine();
          TestClient back = machine.open(token)) {
        expectRestored(back, token, 1);
      }
    }
  }

  @Test
  @DisplayName("N2: an issued token that did nothing is known after a crash once it is 5 s old")
  void anIssuedOneIsKnownAfterFiveSeconds() throws Exception {
    try (Machine crashed = new Machine();
        TestClient client = crashed.open(null)) {
      String token = client.token();
      client.next("initialTree");
      clock.advance(Duration.ofSeconds(5));
      store.awaitWrites(1);
      Awaitility.await().until(() -> crashed.app.unsaved() == 0);
      try (Machine machine = new Machine();
          TestClient back = machine.open(token)) {
        expectRestored(back, token, 0);
      }
    }
  }

  @Test
  @DisplayName(
      "N3: still connected: the old socket is told before the new one is greeted, and what it"
          + " sends late changes nothing")
  void oneThatIsStillConnectedReplacesTheOldSocket() throws Exception {
    try (Machine machine = new Machine();
        TestClient old = machine.open(null)) {
      String token = old.token();
      old.next("initialTree");
      try (TestClient fresh = machine.open(token)) {
        JsonNode ack = fresh.next("sessionAck");
        assertThat(ack.get("isNew").booleanValue()).isFalse();
        JsonNode expired = old.next("sessionExpired");
        assertThat(expired.get("reason").stringValue()).isEqualTo("kicked");
        assertThat(expired.get("sessionId").stringValue()).isEqualTo(token);
        assertThat(old.closeCode()).isEqualTo(1000);
        fresh.next("initialTree");
        fresh.say(INCREMENT.formatted(1)).next("actionResult");
        assertThat(machine.app.sessions().connected()).isEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName(
      "a client that comes back hundreds of times a minute costs the store a look at its row each"
          + " time, no write, and leaves nothing behind")
  void aStormOfOneClientCostsTheStoreLittle() throws Exception {
    try (Machine machine = new Machine()) {
      String token = counted(machine);
      int loads = store.loads().size();
      int writes = store.writes().size();
      int instances = machine.app.instances();
      for (int i = 0; i < 300; i++) {
        try (TestClient client = machine.open(token)) {
          client.next("sessionAck");
        }
      }
      machine.awaitNobody();
      assertThat(store.loads()).hasSize(loads + 300);
      assertThat(store.writes()).hasSize(writes);
      assertThat(machine.app.instances()).isLessThanOrEqualTo(instances);
      assertThat(machine.app.sessions().waiting()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "R2: while the store does not answer, clients that come back again and again are sent"
          + " away with 1013, leave nothing in memory, and find their session when it does")
  void aStormDuringAnOutageLeavesNothing() throws Exception {
    String token;
    try (Machine machine = new Machine()) {
      token = counted(machine);
    }
    try (Machine machine = new Machine()) {
      store.loading().fail();
      for (int i = 0; i < 100; i++) {
        try (TestClient client = machine.open(token)) {
          assertThat(client.next("error").get("code").stringValue()).isEqualTo("load-failed");
          assertThat(client.closeCode()).isEqualTo(1013);
        }
      }
      assertThat(machine.app.sessions().connected()).isZero();
      assertThat(machine.app.sessions().waiting()).isZero();
      assertThat(machine.app.instances()).isZero();
      store.loading().recover();
      try (TestClient client = machine.open(token)) {
        expectRestored(client, token, 1);
      }
    }
  }
}
