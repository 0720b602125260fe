package dev.holdfast.server;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.store.StateStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/** A runtime and a server for tests of who is let in. */
final class GateApp implements AutoCloseable {

  record Count(int count) {}

  static final StateModule<Count> COUNTER = counter("Counter");
  static final StateModule<Count> OTHER = counter("Other");

  /** Everybody who is known has an office of the same name. */
  static final StateModule<Count> OFFICE =
      StateModule.define("Office", new Count(0))
          .persist(KeyStrategy.byId())
          .admit((session, id) -> session.principal().filter(id::equals).isPresent())
          .reduce("increment", c -> new Count(c.count() + 1))
          .build();

  /** No client is admitted. */
  static final StateModule<Count> VAULT =
      StateModule.define("Vault", new Count(0))
          .persist(KeyStrategy.byId())
          .reduce("increment", c -> new Count(c.count() + 1))
          .build();

  final Holdfast app;
  final HoldfastServer server;

  private GateApp(StateStore store, UnaryOperator<ServerBuilder> options) {
    app = Holdfast.open(store, COUNTER, OTHER, OFFICE, VAULT);
    server = options.apply(HoldfastServer.builder(app)).start();
  }

  private static StateModule<Count> counter(String name) {
    return StateModule.define(name, new Count(0))
        .persist(KeyStrategy.session())
        .reduce("increment", c -> new Count(c.count() + 1))
        .build();
  }

  static GateApp start(UnaryOperator<ServerBuilder> options) {
    return new GateApp(StateStore.inMemory(), options);
  }

  static GateApp start(StateStore store, UnaryOperator<ServerBuilder> options) {
    return new GateApp(store, options);
  }

  /** Who says that it is somebody is: a stand-in for a real check. */
  static Authenticator.Decision byHeader(ClientRequest request) {
    return request.header("X-User").map(Authenticator::known).orElseGet(Authenticator::anonymous);
  }

  String url(String path) {
    return "ws://localhost:" + server.port() + path;
  }

  TestClient open(String path, String... headers) {
    return TestClient.open(url(path), headers);
  }

  /** What an upgrade that is refused is answered. */
  HttpResponse<?> refusal(String path, String... headers) {
    WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    try {
      builder.buildAsync(URI.create(url(path)), new WebSocket.Listener() {}).join().abort();
      throw new AssertionError("The upgrade was not refused");
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return refused.getResponse();
      }
      throw e;
    }
  }

  int status(String path, String... headers) {
    return refusal(path, headers).statusCode();
  }

  @Override
  public void close() {
    server.close();
    app.close();
  }
}
