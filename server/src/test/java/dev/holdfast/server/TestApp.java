package dev.holdfast.server;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.store.StateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A runtime and a server on a free port, and modules of every kind. */
final class TestApp implements AutoCloseable {

  record Count(int count) {}

  record Add(int by) {}

  record Line(String from, String text) {}

  record Lines(List<Line> lines) {
    Lines with(Line line) {
      List<Line> more = new ArrayList<>(lines);
      more.add(line);
      return new Lines(List.copyOf(more));
    }
  }

  record Room(int moves) {}

  private static final StateModule<Count> COUNTER =
      StateModule.define("Counter", new Count(0))
          .persist(KeyStrategy.session())
          .reduce("increment", c -> new Count(c.count() + 1))
          .reduce("add", Add.class, (c, add) -> new Count(c.count() + add.by()))
          .reduce("stay", c -> c)
          .reduce(
              "fail",
              c -> {
                throw new IllegalStateException("secret detail");
              })
          .build();

  static final StateModule<Lines> CHAT =
      StateModule.define("Chat", new Lines(List.of()))
          .persist(KeyStrategy.global())
          .reduce("say", Line.class, Lines::with)
          .build();

  /** A state that is longer than its change. */
  record Board(int count, String text) {}

  static final StateModule<Board> BOARD =
      StateModule.define("Board", new Board(0, "x".repeat(200_000)))
          .persist(KeyStrategy.global())
          .reduce("count", b -> new Board(b.count() + 1, b.text()))
          .build();

  private static final StateModule<Room> ROOM =
      StateModule.define("Room", new Room(0))
          .persist(KeyStrategy.byId())
          .admit((session, id) -> !id.startsWith("private"))
          .reduce("move", r -> new Room(r.moves() + 1))
          .build();

  private final Holdfast app;
  private final HoldfastServer server;

  private TestApp(StateStore store, UnaryOperator<ServerBuilder> options) {
    app = Holdfast.open(store, COUNTER, CHAT, ROOM, BOARD);
    server = options.apply(HoldfastServer.builder(app)).start();
  }

  static TestApp start() {
    return start(StateStore.inMemory(), options -> options);
  }

  static TestApp start(StateStore store, UnaryOperator<ServerBuilder> options) {
    return new TestApp(store, options);
  }

  static TestApp start(UnaryOperator<ServerBuilder> options) {
    return start(StateStore.inMemory(), options);
  }

  HoldfastServer server() {
    return server;
  }

  Holdfast holdfast() {
    return app;
  }

  String host() {
    return "localhost:" + server.port();
  }

  /** Opens a WebSocket and says nothing. */
  TestClient open(String path) {
    return TestClient.open("ws://" + host() + path);
  }

  @Override
  public void close() {
    server.close();
    app.close();
  }
}
