package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.sqlite.SqliteStateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients of one server over WebSockets, each with a session and a state of its own, in the
 * server's process. Each waits for its answer before it sends the next message: an action with an
 * id, or what the server echoes by itself, a ping that is as long.
 */
final class WireActions extends Callers {

  private static final int MANY = 1_000_000;
  private static final int OPENING = 16;

  /** What a client sends. */
  enum Kind {
    ECHO,
    ACTION,
    /** The client is subscribed: beside the answer it is sent the state. */
    WATCHED_ACTION
  }

  record Count(int count) {}

  private final Kind kind;
  private final Holdfast app;
  private final HoldfastServer server;
  private final List<WireClient> clients = new ArrayList<>();

  WireActions(Path folder, int connections, Kind kind) throws Exception {
    super(connections, connections, true);
    this.kind = kind;
    StateModule<Count> counter =
        StateModule.define("Counter", new Count(0))
            .persist(
                KeyStrategy.session(),
                p -> p.save(SavePolicy.writeBehind(Duration.ofMillis(500), Duration.ofSeconds(1))))
            .reduce("increment", c -> new Count(c.count() + 1))
            .build();
    this.app = Holdfast.open(SqliteStateStore.open(folder.resolve("wire.db")), counter);
    this.server =
        HoldfastServer.builder(app)
            .maxActionsPerSecond(MANY)
            .maxConnections(MANY)
            .maxConnectionsPerAddress(MANY)
            .start();
    open(connections);
  }

  private void open(int connections) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(OPENING)) {
      List<Future<WireClient>> opened = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        opened.add(
            threads.submit(
                () -> WireClient.open(server.port(), "/ws/Counter", kind == Kind.WATCHED_ACTION)));
      }
      for (Future<WireClient> client : opened) {
        clients.add(client.get());
      }
    }
  }

  @Override
  void act(int caller, int state) throws IOException {
    if (kind == Kind.ECHO) {
      clients.get(caller).echo();
    } else {
      clients.get(caller).increment();
    }
  }

  @Override
  long stored() {
    throw new IllegalStateException("A new process does not know its sessions");
  }

  @Override
  public void close() throws IOException {
    for (WireClient client : clients) {
      client.close();
    }
    server.close();
    app.close();
  }
}
