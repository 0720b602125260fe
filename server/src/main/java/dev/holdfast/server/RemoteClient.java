package dev.holdfast.server;

import dev.holdfast.Session;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that is connected, as {@link ServerBuilder#onConnection} is told.
 *
 * @param id unique among the clients of this server, such as {@code client_7}
 * @param session its session
 * @param modules what the connection is about: names, with {@code /id} where the client names the
 *     instance
 * @param remoteAddress the other end: behind a proxy, the proxy's; null if it is not known
 * @param connectedAt when it had said hello
 */
public record RemoteClient(
    String id,
    Session session,
    List<String> modules,
    @Nullable InetSocketAddress remoteAddress,
    Instant connectedAt) {

  /** Copies the list. */
  public RemoteClient {
    modules = List.copyOf(modules);
  }

  /** Without session and address, for logs. */
  @Override
  public String toString() {
    return "RemoteClient[%s, %s]".formatted(id, modules);
  }
}
