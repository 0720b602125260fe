package dev.holdfast.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A plain HTTP request.
 *
 * @param target path and query as they came
 * @param headers nobody else's
 * @param from the other end; null if the link is closed by now
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(
    String method, String target, HttpHeaders headers, byte[] body, @Nullable SocketAddress from) {

  /** As the authenticator sees it. */
  ClientRequest asClients() {
    return new ClientRequest(target, headers, from);
  }

  @Nullable String header(CharSequence name) {
    return headers.get(name);
  }

  /** The entity tags that the client has, if any. */
  @Nullable String knownTags() {
    return header(HttpHeaderNames.IF_NONE_MATCH);
  }

  /** Leaves headers and body out, for logs. */
  @Override
  public String toString() {
    return "Request[" + method + "]";
  }
}
