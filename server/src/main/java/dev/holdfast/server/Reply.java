package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * An answer to a plain HTTP request.
 *
 * @param headers beside content type, content length and those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {

  static Reply text(int status, String text) {
    return new Reply(status, "text/plain; charset=utf-8", text.getBytes(UTF_8), Map.of());
  }

  Reply with(String header, String value) {
    return new Reply(status, contentType, body, Map.of(header, value));
  }
}
