package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.StateModule;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of a session's second connection, per module (law N3). */
final class PolicyServerTest {

  @Test
  @DisplayName("N3: each module has its own policy, and the server's where it has none")
  void eachModuleHasItsOwnPolicy() throws Exception {
    try (GateApp app =
            GateApp.start(
                o ->
                    o.connectionPolicy(ConnectionPolicy.ALLOW_MULTIPLE)
                        .connectionPolicy(GateApp.OTHER, ConnectionPolicy.REJECT_NEW));
        TestClient counter = app.open("/ws/Counter").hello(null)) {
      String token = counter.token();
      try (TestClient counter2 = app.open("/ws/Counter").hello(token);
          TestClient other = app.open("/ws/Other").hello(token)) {
        counter2.next("initialTree");
        other.next("initialTree");
        try (TestClient other2 = app.open("/ws/Other").hello(token)) {
          assertThat(other2.next("sessionExpired").get("reason").stringValue()).isEqualTo("kicked");
          assertThat(other2.closeCode()).isEqualTo(1000);
          assertThat(other.isClosed()).isFalse();
          assertThat(counter.isClosed()).isFalse();
        }
      }
    }
  }

  @Test
  @DisplayName("N3: a place that was given up can be taken again under REJECT_NEW")
  void aPlaceThatWasGivenUpCanBeTaken() throws Exception {
    try (GateApp app = GateApp.start(o -> o.connectionPolicy(ConnectionPolicy.REJECT_NEW))) {
      String token;
      try (TestClient first = app.open("/ws/Counter").hello(null)) {
        token = first.token();
        first.next("initialTree");
      }
      Awaitility.await().until(() -> app.app.sessions().connected() == 0);
      try (TestClient second = app.open("/ws/Counter").hello(token)) {
        second.next("initialTree");
      }
    }
  }

  @Test
  @DisplayName(
      "N3: a connection of several modules is replaced by one about any of them, not by others")
  void connectionsOfSeveralModulesCountForEach() throws Exception {
    try (GateApp app = GateApp.start(o -> o);
        TestClient first = app.open("/ws").say("{'type':'hello','modules':['Counter','Other']}")) {
      String token = first.token();
      first.next("initialTree");
      try (TestClient office =
          app.open("/ws")
              .say("{'type':'hello','sessionId':'%s','modules':['Vault']}".formatted(token))) {
        office.next("error");
        assertThat(first.isClosed()).isFalse();
      }
      try (TestClient one = app.open("/ws/Other").hello(token)) {
        one.next("initialTree");
        assertThat(first.next("sessionExpired").get("reason").stringValue()).isEqualTo("kicked");
      }
    }
  }

  @Test
  void aModuleOfAnotherRuntimeIsRefused() {
    var stranger = StateModule.define("Stranger", new GateApp.Count(0)).build();
    assertThatThrownBy(
            () -> GateApp.start(o -> o.connectionPolicy(stranger, ConnectionPolicy.KICK_OLD)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Stranger");
  }
}
