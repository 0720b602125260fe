package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Tokens that are replaced while their clients are connected, and what clients say of themselves.
 */
final class SessionRotationServerTest {

  record Door(String who) {}

  private static final StateModule<Door> DOOR =
      StateModule.define("Door", new Door(""))
          .persist(KeyStrategy.session())
          .onAction(
              "login",
              String.class,
              (ctx, name) -> {
                ctx.session().orElseThrow().authenticate(name);
                ctx.session().orElseThrow().rotate(Duration.ZERO);
                ctx.update(door -> new Door(name));
              })
          .onAction(
              "whoAmI",
              ctx -> ctx.update(d -> new Door("" + ctx.session().orElseThrow().untrustedProps())))
          .build();

  private static final String LOGIN =
      "{'type':'dispatchAction','id':'c.1','module':'Door','action':'login','payload':'ada'}";

  private final Holdfast app = Holdfast.open(StateStore.inMemory(), DOOR);
  private final HoldfastServer server =
      HoldfastServer.builder(app).connectionPolicy(ConnectionPolicy.ALLOW_MULTIPLE).start();

  @AfterEach
  void close() {
    server.close();
    app.close();
  }

  private TestClient open() {
    return TestClient.open("ws://localhost:" + server.port() + "/ws/Door");
  }

  @Test
  @DisplayName(
      "N1: every connection of a session is told its new token, and the old one is no good")
  void connectionsAreToldTheNewToken() throws Exception {
    try (TestClient one = open().hello(null)) {
      String old = one.token();
      try (TestClient two = open().hello(old)) {
        two.next("initialTree");
        one.say(LOGIN);
        String newest = one.next("sessionRotated").get("sessionId").stringValue();
        assertThat(newest).isNotEqualTo(old);
        assertThat(two.next("sessionRotated").get("sessionId").stringValue()).isEqualTo(newest);
        try (TestClient back = open().hello(newest);
            TestClient stranger = open().hello(old)) {
          assertThat(back.next("sessionAck").get("isNew").booleanValue()).isFalse();
          assertThat(back.next("initialTree").get("state").get("who").stringValue())
              .isEqualTo("ada");
          assertThat(stranger.next("sessionAck").get("isNew").booleanValue()).isTrue();
        }
      }
    }
  }

  @Test
  @DisplayName("what a client says of itself in hello reaches the program, marked as untrusted")
  void propsReachTheProgram() throws Exception {
    try (TestClient client = open()) {
      client.say("{'type':'hello','props':{'lang':'de'}}").next("initialTree");
      client.say("{'type':'subscribeState'}");
      client.say("{'type':'dispatchAction','id':'c.1','module':'Door','action':'whoAmI'}");
      assertThat(client.next("stateUpdate").get("state").get("who").stringValue())
          .isEqualTo("{lang=de}");
    }
  }
}
