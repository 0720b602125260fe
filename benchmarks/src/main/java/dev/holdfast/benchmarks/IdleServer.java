package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.sqlite.SqliteStateStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A server in a process of its own. It prints its port, and collects garbage for each line read.
 */
final class IdleServer {

  private static final int MANY = 1_000_000;

  record Count(int count) {}

  private IdleServer() {}

  public static void main(String[] args) throws Exception {
    StateModule<Count> counter =
        StateModule.define("Counter", new Count(0))
            .persist(KeyStrategy.session())
            .reduce("increment", c -> new Count(c.count() + 1))
            .build();
    try (Holdfast app = Holdfast.open(SqliteStateStore.open(Path.of(args[0])), counter);
        HoldfastServer server =
            HoldfastServer.builder(app)
                .maxConnections(MANY)
                .maxConnectionsPerAddress(MANY)
                .idleTimeout(Duration.ofHours(1))
                .start();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      System.out.println(server.port());
      while (orders.readLine() != null) {
        System.gc();
        System.out.println("done");
      }
    }
  }
}
