package dev.holdfast.server;

import dev.holdfast.server.protocol.Failure;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What went wrong, as an HTTP status and JSON: {@code {"error":{"code","message"}}}. */
final class HttpFailures {

  private static final Map<String, Integer> STATUSES =
      Map.ofEntries(
          Map.entry("unknown-action", 404),
          Map.entry("bad-payload", 400),
          Map.entry("bad-key", 409),
          Map.entry("conflict", 409),
          Map.entry("not-admitted", 403),
          Map.entry("action-failed", 422),
          Map.entry("state-rejected", 422),
          Map.entry("circular-wait", 422),
          Map.entry("action-timeout", 504),
          Map.entry("outcome-unknown", 504),
          Map.entry("load-failed", 503),
          Map.entry("overloaded", 503),
          Map.entry("closed", 503));

  private static final int INTERNAL = 500;
  private static final int UNAVAILABLE = 503;

  private final JsonMapper mapper = new JsonMapper();

  Reply reply(Throwable thrown) {
    Failure failure = Failures.of(thrown);
    return reply(STATUSES.getOrDefault(failure.code(), INTERNAL), failure);
  }

  Reply reply(int status, Failure failure) {
    Reply reply =
        Reply.json(
            status,
            mapper.writeValueAsBytes(
                Map.of("error", Map.of("code", failure.code(), "message", failure.message()))));
    return status == UNAVAILABLE ? reply.with("Retry-After", "1") : reply;
  }
}
