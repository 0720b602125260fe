package dev.holdfast.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A connection that speaks the DevTools protocol with a browser. Calls come from one thread. */
final class DevTools implements WebSocket.Listener, AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int PATIENCE_SECONDS = 60;

  private final StringBuilder partial = new StringBuilder();
  private final AtomicInteger last = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final Map<String, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;

  DevTools(URI uri) {
    socket = http.newWebSocketBuilder().buildAsync(uri, this).join();
  }

  /** A call was answered with an error, as when the page has gone meanwhile. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  /**
   * Calls a method and waits for its result.
   *
   * @param session of the target; null for the browser itself
   */
  JsonNode call(@Nullable String session, String method, Map<String, ?> parameters) {
    int id = last.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (session != null) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(id, answer);
    socket.sendText(message.toString(), true).join();
    JsonNode answered = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    if (answered.has("error")) {
      throw new RefusedException(method + ": " + answered.get("error"));
    }
    return answered.get("result");
  }

  /** Hands over what a target tells of itself. */
  void listen(String session, Consumer<JsonNode> listener) {
    listeners.put(session, listener);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
    partial.append(data);
    if (isLast) {
      JsonNode message = JSON.readTree(partial.toString());
      partial.setLength(0);
      received(message);
    }
    from.request(1);
    return null;
  }

  private void received(JsonNode message) {
    CompletableFuture<JsonNode> call = calls.remove(message.path("id").asInt(0));
    if (call != null) {
      call.complete(message);
      return;
    }
    Consumer<JsonNode> listener = listeners.get(message.path("sessionId").asString(""));
    if (listener != null) {
      listener.accept(message);
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
