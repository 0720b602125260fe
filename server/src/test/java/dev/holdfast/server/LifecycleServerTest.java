package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LifecycleServerTest {

  @Test
  void aPortInUseIsNamed() {
    try (TestApp app = TestApp.start()) {
      int port = app.server().port();
      assertThatThrownBy(() -> HoldfastServer.serve(app.holdfast(), port))
          .isInstanceOf(PortUnavailableException.class)
          .hasMessageContaining("port " + port)
          .hasMessageContaining("choose another port")
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void optionsOutOfRangeAreNamed() {
    try (TestApp app = TestApp.start()) {
      ServerBuilder builder = HoldfastServer.builder(app.holdfast());
      assertThatThrownBy(() -> builder.port(70_000))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("port is 0 to 65535, got 70000");
      assertThatThrownBy(() -> builder.maxFrameBytes(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got 1");
      assertThatThrownBy(() -> builder.resources("/", getClass().getClassLoader()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void closingTellsClientsAndEndsJoin() throws Exception {
    try (TestApp app = TestApp.start();
        TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      Thread joined = Thread.ofVirtual().start(() -> app.server().join());
      app.server().close();
      assertThat(client.closeCode()).isEqualTo(1001);
      assertThat(joined.join(Duration.ofSeconds(10))).isTrue();
      assertThat(app.holdfast().sessions().connected()).isZero();
      app.server().close();
    }
  }

  @Test
  void aClosedServerAcceptsNothing() {
    TestApp app = TestApp.start();
    int port = app.server().port();
    app.close();
    assertThatThrownBy(() -> new Socket("localhost", port).close()).isInstanceOf(IOException.class);
  }

  @Test
  void aClientThatReadsNothingIsClosedAndOthersAreServed() throws Exception {
    try (TestApp app = TestApp.start(o -> o.maxPendingBytes(64 << 10));
        Socket deaf = new Socket("localhost", app.server().port())) {
      deaf.setReceiveBufferSize(4 << 10);
      deaf.getOutputStream().write(upgrade().getBytes(UTF_8));
      assertThat(deaf.getInputStream().readNBytes(12)).asString().startsWith("HTTP/1.1 101");
      Thread flood = Thread.ofVirtual().start(() -> flood(deaf));
      assertThat(flood.join(Duration.ofSeconds(30))).isTrue();
      try (TestClient other = app.open("/ws/Counter").hello(null)) {
        other.next("initialTree");
      }
    }
  }

  private static String upgrade() {
    return String.join(
        "\r\n",
        "GET /ws/Counter HTTP/1.1",
        "Host: x",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "");
  }

  /** Sends what is answered with errors and reads none of them, until the link is cut. */
  private static void flood(Socket socket) {
    byte[] frame = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '[', ']'};
    try {
      while (true) {
        socket.getOutputStream().write(frame);
      }
    } catch (IOException e) {
      // Cut, as it should be.
    }
  }
}
