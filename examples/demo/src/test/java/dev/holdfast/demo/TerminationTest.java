package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load. */
final class TerminationTest {

  @TempDir Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void endsWithExitCode0AndNothingAcknowledgedIsMissing() throws Exception {
    DemoProcess demo = DemoProcess.launch(folder, 0);
    try {
      int port = demo.port();
      URI uri = DemoProcess.socket(port);
      try (Load load = new Load(uri, 20, System.nanoTime())) {
        demo.run(700);
        demo.terminate();
        assertThat(demo.exitCode()).as(demo.errors()).isZero();
        demo = DemoProcess.launch(folder, port);
        demo.port();
        load.finish();
        for (LoadClient client : load.clients()) {
          client.checkCount();
        }
        checkChat(load, uri);
      }
    } finally {
      demo.close();
    }
  }

  private static void checkChat(Load load, URI uri) throws Exception {
    int said = load.clients().stream().mapToInt(client -> client.said().size()).sum();
    try (TestClient client = TestClient.connect(uri, null, false)) {
      assertThat(client.state("Chat").get("total").asInt()).isEqualTo(said);
    }
  }
}
