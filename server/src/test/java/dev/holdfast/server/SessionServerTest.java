package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class SessionServerTest {

  private static final String INCREMENT =
      "{'type':'dispatchAction','id':'%s','module':'Counter','action':'increment'}";

  @Test
  void aNewSessionIsAcknowledgedAndShownItsState() throws Exception {
    try (TestApp app = TestApp.start();
        TestClient client = app.open("/ws/Counter").hello(null)) {
      JsonNode ack = client.next();
      assertThat(ack.get("type").stringValue()).isEqualTo("sessionAck");
      assertThat(ack.get("sessionId").stringValue()).hasSizeGreaterThan(20);
      assertThat(ack.get("isNew").booleanValue()).isTrue();
      assertThat(ack.get("isRestored").booleanValue()).isFalse();
      JsonNode tree = client.next();
      assertThat(tree.get("type").stringValue()).isEqualTo("initialTree");
      assertThat(tree.get("module").stringValue()).isEqualTo("Counter");
      assertThat(tree.get("state").toString()).isEqualTo("{\"count\":0}");
      assertThat(tree.get("patches").isEmpty()).isTrue();
      assertThat(tree.get("revision").intValue()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "''",
        "'unknown'",
        "'../../x'",
        "'00000000-0000-0000-0000-000000000000'",
        "'\\u0000'",
        "'\\ud800'"
      })
  void aTokenThatIsNotOursGetsANewSession(String token) throws Exception {
    try (TestApp app = TestApp.start();
        TestClient client = app.open("/ws/Counter")) {
      client.say("{'type':'hello','sessionId':" + token + "}");
      JsonNode ack = client.next("sessionAck");
      assertThat(ack.get("isNew").booleanValue()).isTrue();
      assertThat(ack.get("sessionId").stringValue()).isNotEqualTo(token.replace("'", ""));
    }
  }

  @Test
  void aClientThatComesBackHasItsSessionAndState() throws Exception {
    try (TestApp app = TestApp.start()) {
      String token;
      try (TestClient first = app.open("/ws/Counter").hello(null)) {
        token = first.token();
        first.say(INCREMENT.formatted("c.1")).next("actionResult");
      }
      try (TestClient second = app.open("/ws/Counter").hello(token)) {
        JsonNode ack = second.next("sessionAck");
        assertThat(ack.get("sessionId").stringValue()).isEqualTo(token);
        assertThat(ack.get("isNew").booleanValue()).isFalse();
        assertThat(ack.get("isRestored").booleanValue()).isTrue();
        JsonNode tree = second.next("initialTree");
        assertThat(tree.get("state").get("count").intValue()).isEqualTo(1);
        assertThat(tree.get("revision").intValue()).isZero();
      }
    }
  }

  @Test
  void aSessionOutlivesTheServer() throws Exception {
    StateStore store = StateStore.inMemory();
    String token;
    try (TestApp app = TestApp.start(store, options -> options);
        TestClient client = app.open("/ws/Counter").hello(null)) {
      token = client.token();
      client.say(INCREMENT.formatted("c.1")).next("actionResult");
    }
    try (TestApp app = TestApp.start(store, options -> options);
        TestClient client = app.open("/ws/Counter").hello(token)) {
      assertThat(client.next("sessionAck").get("isRestored").booleanValue()).isTrue();
      assertThat(client.next("initialTree").get("state").get("count").intValue()).isEqualTo(1);
      client.say(INCREMENT.formatted("c.1")).next("actionResult");
      client.say(INCREMENT.formatted("c.2")).next("actionResult");
    }
    try (TestApp app = TestApp.start(store, options -> options);
        TestClient client = app.open("/ws/Counter").hello(token)) {
      assertThat(client.next("initialTree").get("state").get("count").intValue()).isEqualTo(2);
    }
  }

  @Test
  void aSecondConnectionOfASessionEndsTheFirst() throws Exception {
    try (TestApp app = TestApp.start();
        TestClient first = app.open("/ws/Counter").hello(null)) {
      String token = first.token();
      try (TestClient second = app.open("/ws/Counter").hello(token)) {
        JsonNode expired = first.next("sessionExpired");
        assertThat(expired.get("sessionId").stringValue()).isEqualTo(token);
        assertThat(expired.get("reason").stringValue()).isEqualTo("kicked");
        assertThat(first.closeCode()).isEqualTo(1000);
        assertThat(second.token()).isEqualTo(token);
      }
    }
  }

  @Test
  void connectionsOfTwoModulesLiveSideBySide() throws Exception {
    try (TestApp app = TestApp.start();
        TestClient counter = app.open("/ws/Counter").hello(null)) {
      String token = counter.token();
      try (TestClient chat = app.open("/ws/Chat").hello(token)) {
        assertThat(chat.token()).isEqualTo(token);
        counter.say(INCREMENT.formatted("c.1")).next("actionResult");
        assertThat(counter.isClosed()).isFalse();
      }
    }
  }

  @Test
  void theServerLetsGoOfClientsThatLeave() throws Exception {
    try (TestApp app = TestApp.start()) {
      try (TestClient client = app.open("/ws/Counter").hello(null)) {
        client.next("initialTree");
        assertThat(app.holdfast().sessions().connected()).isEqualTo(1);
      }
      Awaitility.await().until(() -> app.holdfast().sessions().connected() == 0);
    }
  }
}
