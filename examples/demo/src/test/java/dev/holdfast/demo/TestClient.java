package dev.holdfast.demo;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** One connection to the demo's three modules. For one thread. */
final class TestClient implements WebSocket.Listener, AutoCloseable {

  static final JsonMapper JSON = JsonMapper.shared();
  static final List<String> MODULES = List.of("Counter", "Chat", "Todos");

  private static final JsonNode CLOSED = MissingNode.getInstance();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final StringBuilder partial = new StringBuilder();
  private final Map<String, JsonNode> states = new HashMap<>();
  private final String name = UUID.randomUUID().toString();
  private final WebSocket socket;
  private final JsonNode ack;
  private volatile String end = "";
  private int last;

  private TestClient(URI uri, @Nullable String token, boolean subscribe) throws IOException {
    try {
      socket = HTTP.newWebSocketBuilder().buildAsync(uri, this).orTimeout(5, SECONDS).join();
    } catch (CompletionException e) {
      throw new IOException("cannot connect to %s: %s".formatted(uri, e.getCause()), e);
    }
    ObjectNode hello = JSON.createObjectNode().put("type", "hello").put("sessionId", token);
    MODULES.forEach(hello.putArray("modules")::add);
    try {
      send(hello);
      if (subscribe) {
        send(JSON.createObjectNode().put("type", "subscribeState"));
      }
      ack = await("sessionAck", message -> is(message, "sessionAck"));
      await("first states", message -> states.keySet().containsAll(MODULES));
    } catch (IOException | RuntimeException | Error e) {
      socket.abort();
      throw e;
    }
  }

  /**
   * Connects and waits for the first states.
   *
   * @param token of the session to resume; null for a new one
   * @param subscribe whether to receive states from then on
   * @throws IOException if there is no server, or it went away meanwhile
   */
  static TestClient connect(URI uri, @Nullable String token, boolean subscribe) throws IOException {
    return new TestClient(uri, token, subscribe);
  }

  static boolean is(JsonNode message, String type) {
    return message.path("type").asString("").equals(type);
  }

  JsonNode ack() {
    return ack;
  }

  String token() {
    return ack.get("sessionId").asString();
  }

  /** The newest state received by the calls so far. */
  JsonNode state(String module) {
    return states.getOrDefault(module, MissingNode.getInstance());
  }

  /** Waits for a state. */
  JsonNode state(String module, Predicate<JsonNode> wanted) throws IOException {
    if (!wanted.test(state(module))) {
      await("a state of " + module, message -> wanted.test(state(module)));
    }
    return state(module);
  }

  /** Dispatches and waits for the result, which is returned whole. */
  JsonNode act(String module, String action, Map<String, ?> payload) throws IOException {
    String id = name + "." + ++last;
    send(action(module, action, payload, id));
    return await(
        "the result of " + action,
        message -> is(message, "actionResult") && message.path("id").asString("").equals(id));
  }

  static ObjectNode action(String module, String action, Map<String, ?> payload, String id) {
    ObjectNode message = JSON.createObjectNode().put("type", "dispatchAction");
    message.put("module", module).put("action", action).put("id", id);
    return payload.isEmpty() ? message : message.set("payload", JSON.valueToTree(payload));
  }

  void send(JsonNode message) throws IOException {
    try {
      socket.sendText(message.toString(), true).join();
    } catch (CompletionException e) {
      throw new IOException("the connection is lost", e);
    }
  }

  private JsonNode await(String what, Predicate<JsonNode> wanted) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode message = poll(Duration.ofNanos(deadline - System.nanoTime()));
      if (message == null) {
        throw new AssertionError("no " + what + " within " + PATIENCE);
      }
      if (wanted.test(message)) {
        return message;
      }
    }
  }

  /**
   * The next message; null if none came in time.
   *
   * @throws IOException if the connection is lost
   */
  @Nullable JsonNode poll(Duration patience) throws IOException {
    JsonNode message;
    try {
      message = received.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (message != null && message.isMissingNode()) {
      throw new IOException("the connection is lost: " + end);
    }
    if (message != null && (is(message, "initialTree") || is(message, "stateUpdate"))) {
      states.put(message.get("module").asString(), message.get("state"));
    }
    return message;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
    partial.append(data);
    if (isLast) {
      received.add(JSON.readTree(partial.toString()));
      partial.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    end = "closed with %d %s".formatted(code, reason);
    received.add(CLOSED);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    end = error.toString();
    received.add(CLOSED);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
