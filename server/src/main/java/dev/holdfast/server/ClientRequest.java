package dev.holdfast.server;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP request of a client that wants a WebSocket, or something of a module over plain HTTP.
 * Immutable.
 */
public final class ClientRequest {

  private final String path;
  private final HttpHeaders headers;
  private final InetSocketAddress remoteAddress;

  /**
   * @param headers nobody else's
   * @param from the other end; null if the link is closed by now
   */
  ClientRequest(String target, HttpHeaders headers, @Nullable SocketAddress from) {
    int end = target.indexOf('?');
    this.path = end < 0 ? target : target.substring(0, end);
    this.headers = headers;
    this.remoteAddress =
        from instanceof InetSocketAddress known
            ? known
            : InetSocketAddress.createUnresolved("unknown", 0);
  }

  /** The path as it came, such as {@code /ws/Chat}; without a query. */
  public String path() {
    return path;
  }

  /** A header's first value; case does not matter in its name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** A header's values. */
  public List<String> headers(String name) {
    return List.copyOf(headers.getAll(name));
  }

  /** A cookie's value, as it came; of several the first. */
  public Optional<String> cookie(String name) {
    String start = name + "=";
    return headers.getAll("Cookie").stream()
        .flatMap(header -> Arrays.stream(header.split(";", -1)))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(start))
        .map(cookie -> cookie.substring(start.length()))
        .findFirst();
  }

  /** The other end of the connection: behind a proxy, the proxy's. */
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** Leaves all but the path out, for logs. */
  @Override
  public String toString() {
    return "ClientRequest[" + path + "]";
  }
}
