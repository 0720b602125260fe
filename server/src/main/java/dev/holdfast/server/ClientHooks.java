package dev.holdfast.server;

import dev.holdfast.Session;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Tells the program of clients that come and go; what it throws is reported (law A5). */
final class ClientHooks {

  private final Consumer<RemoteClient> onConnection;
  private final Consumer<RemoteClient> onDisconnection;
  private final AtomicLong count = new AtomicLong();

  ClientHooks(Consumer<RemoteClient> onConnection, Consumer<RemoteClient> onDisconnection) {
    this.onConnection = onConnection;
    this.onDisconnection = onDisconnection;
  }

  /** Nobody wants to know. */
  static ClientHooks none() {
    return new ClientHooks(client -> {}, client -> {});
  }

  RemoteClient connected(Session session, List<Target> about, Entrant entrant, Instant now) {
    RemoteClient client =
        new RemoteClient(
            "client_" + count.incrementAndGet(),
            session,
            about.stream().map(ClientHooks::name).toList(),
            entrant.remoteAddress(),
            now);
    tell("onConnection", onConnection, client);
    return client;
  }

  private static String name(Target target) {
    String module = target.module().name();
    return target.id() == null ? module : module + "/" + target.id();
  }

  void disconnected(RemoteClient client) {
    tell("onDisconnection", onDisconnection, client);
  }

  private static void tell(String hook, Consumer<RemoteClient> told, RemoteClient client) {
    try {
      told.accept(client);
    } catch (RuntimeException | Error e) {
      Failures.report(hook + " threw", e);
    }
  }
}
