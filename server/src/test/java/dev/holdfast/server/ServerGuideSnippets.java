package dev.holdfast.server;

import dev.holdfast.Holdfast;
import dev.holdfast.StateModule;
import dev.holdfast.store.StateStore;
import java.nio.file.Path;
import java.time.Duration;

/** The snippets of docs/guide/server.md. */
final class ServerGuideSnippets {

  private ServerGuideSnippets() {}

  static void serve(StateStore store, StateModule<?> counter) {
    try (var app = Holdfast.open(store, counter);
        var server = HoldfastServer.serve(app, 8080)) {
      server.join();
    }
  }

  static HoldfastServer withOptions(Holdfast app) {
    HoldfastServer server =
        HoldfastServer.builder(app)
            .port(8443)
            .tls(Path.of("chain.pem"), Path.of("key.pem"))
            .allowOrigins("https://example.com")
            .metrics(ServerMetrics.prometheus())
            .maxActionsPerSecond(200)
            .idleTimeout(Duration.ofSeconds(30))
            .start();
    return server;
  }
}
