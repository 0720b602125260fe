package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;

/**
 * An answer to a plain HTTP request.
 *
 * @param headers beside content type, content length and those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {

  private static final String JSON = "application/json";

  static Reply text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text);
  }

  static Reply of(int status, String contentType, String text) {
    return new Reply(status, contentType, text.getBytes(UTF_8), Map.of());
  }

  static Reply json(int status, byte[] json) {
    return new Reply(status, JSON, json, Map.of());
  }

  /** Whether it is for one client only, and no cache may keep it. */
  boolean isPrivate() {
    return contentType.equals(JSON);
  }

  Reply with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Reply(status, contentType, body, Map.copyOf(more));
  }
}
