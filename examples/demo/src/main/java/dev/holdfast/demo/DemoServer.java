package dev.holdfast.demo;

import dev.holdfast.Holdfast;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.server.PortUnavailableException;
import dev.holdfast.sqlite.SqliteStateStore;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The demo's store, runtime and server, opened and closed together. */
record DemoServer(StateStore store, Holdfast app, HoldfastServer server) implements AutoCloseable {

  private static final String PAGE = "dev/holdfast/demo/page";

  /** A chat of 2,000 long messages in a script of three bytes a character has 3.5 MB. */
  private static final int MAX_RECORD_BYTES = 4 << 20;

  /**
   * Serves.
   *
   * @param port 0 for any free one
   * @param data the folder of the store, made if missing
   * @throws StartException if the folder, the store or the port cannot be had; nothing stays open
   */
  static DemoServer start(int port, Path data) throws StartException {
    if (port < 0 || port > 65_535) {
      throw new StartException("the port is between 0 and 65535, got " + port, null);
    }
    StateStore store = open(data);
    try {
      return serve(port, store);
    } catch (StartException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static StateStore open(Path data) throws StartException {
    try {
      Files.createDirectories(data);
    } catch (FileAlreadyExistsException e) {
      throw new StartException(
          "data folder %s: %s is not a folder".formatted(data, e.getFile()), e);
    } catch (AccessDeniedException e) {
      throw new StartException(
          "data folder %s: no permission to write %s".formatted(data, e.getFile()), e);
    } catch (IOException e) {
      throw new StartException("data folder %s: %s".formatted(data, e.getMessage()), e);
    }
    if (!Files.isWritable(data)) {
      throw new StartException("data folder %s is not writable".formatted(data), null);
    }
    try {
      return SqliteStateStore.open(data.resolve("holdfast.db"));
    } catch (StateStoreException | IllegalArgumentException e) {
      throw new StartException("data folder %s: %s".formatted(data, e.getMessage()), e);
    }
  }

  private static DemoServer serve(int port, StateStore store) throws StartException {
    Holdfast app =
        Holdfast.builder(store)
            .modules(Counter.module(), Chat.module(), Todos.module())
            .maxRecordBytes(MAX_RECORD_BYTES)
            .open();
    try {
      HoldfastServer server =
          HoldfastServer.builder(app)
              .port(port)
              .resources(PAGE, DemoServer.class.getClassLoader())
              .start();
      return new DemoServer(store, app, server);
    } catch (PortUnavailableException e) {
      app.close();
      throw new StartException(e.getMessage(), e);
    } catch (RuntimeException e) {
      app.close();
      throw e;
    }
  }

  int port() {
    return server.port();
  }

  /** Waits until the server is closed. */
  void join() {
    server.join();
  }

  /** Takes no more actions, saves all there were, and gives the store back. */
  @Override
  public void close() {
    try (store;
        app) {
      server.close();
    }
  }
}
