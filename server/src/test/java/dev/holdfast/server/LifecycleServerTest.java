package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    try (TestApp app =
            TestApp.start(o -> o.maxPendingBytes(64 << 10).maxActionsPerSecond(1_000_000));
        RawClient deaf = RawClient.openDeaf(app.server().port(), "/ws/Counter")) {
      // Each is answered with an error: more than the system's buffers and the bound can hold.
      byte[] one = HostileFrames.frame(0x81, new byte[] {'[', ']'}, true);
      ByteBuffer many = ByteBuffer.allocate(100_000 * one.length);
      while (many.hasRemaining()) {
        many.put(one);
      }
      deaf.sendAll(List.of(many.array()));
      assertThat(deaf.closeCode(new ArrayList<>())).isEqualTo(1013);
      try (TestClient other = app.open("/ws/Counter").hello(null)) {
        other.next("initialTree");
      }
    }
  }
}
