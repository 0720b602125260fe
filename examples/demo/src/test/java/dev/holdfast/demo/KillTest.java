package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at random moments, under load. */
final class KillTest {

  private static final int KILLS = Integer.getInteger("holdfast.kills", 10);
  private static final int CLIENTS = 50;

  @TempDir Path folder;

  @Test
  @DisplayName("hazard 31, A3: SIGKILL loses and doubles nothing that was acknowledged")
  void everyAcknowledgedActionIsThereExactlyOnceAfterKills() throws Exception {
    long seed = System.nanoTime();
    System.out.println("KillTest: seed " + seed);
    Random random = new Random(seed);
    DemoProcess demo = DemoProcess.launch(folder, 0);
    try {
      int port = demo.port();
      URI uri = DemoProcess.socket(port);
      ChatObserver observer = new ChatObserver(uri);
      CompletableFuture<Void> watching =
          CompletableFuture.runAsync(observer, Thread::startVirtualThread);
      try (Load load = new Load(uri, CLIENTS, seed)) {
        for (int i = 0; i < KILLS; i++) {
          // Half of the kills hit all clients at work, the others some that are coming back.
          if (i % 2 == 0) {
            load.awaitConnected();
          }
          demo.run(300 + random.nextInt(1_200));
          demo.kill();
          demo = DemoProcess.launch(folder, port);
          demo.port();
        }
        demo.run(300);
        load.finish();
        observer.stop();
        watching.get(30, TimeUnit.SECONDS);
        checkCounters(load);
        checkChat(load, uri, observer);
        report(load, observer);
      }
    } finally {
      demo.close();
    }
  }

  private static void checkCounters(Load load) throws Exception {
    for (LoadClient client : load.clients()) {
      client.checkCount();
      assertThat(client.losses()).isPositive();
    }
  }

  private static void checkChat(Load load, URI uri, ChatObserver observer) throws Exception {
    try (TestClient client = TestClient.connect(uri, null, false)) {
      observer.record(client.state("Chat"));
    }
    List<String> said = new ArrayList<>();
    load.clients().forEach(client -> said.addAll(client.said()));
    assertThat(observer.total()).as("messages").isEqualTo(said.size());
    assertThat(observer.seen().values()).containsExactlyInAnyOrderElementsOf(said);
  }

  private static void report(Load load, ChatObserver observer) {
    System.out.printf(
        "KillTest: %d kills, %d actions, %d of them messages, %d lost connections%n",
        KILLS,
        load.clients().stream().mapToLong(LoadClient::actions).sum(),
        observer.total(),
        load.clients().stream().mapToLong(LoadClient::losses).sum());
  }
}
