package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Clients of the npm package {@code @hypen-space/core}, as it is published, in a process of Node.
 * For one thread.
 */
final class HypenClients implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedWriter input;
  private final Map<String, BlockingQueue<JsonNode>> told = new ConcurrentHashMap<>();

  private HypenClients(Process process) {
    this.process = process;
    this.input = process.outputWriter();
    Thread.ofVirtual().start(this::listen);
  }

  /** Starts the process, or ends the test where it cannot be had. */
  static HypenClients start() throws IOException, InterruptedException {
    String script = Node.script("hypen.js").toString();
    return new HypenClients(
        new ProcessBuilder(List.of(Node.require().toString(), script))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  private void listen() {
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("{")) { // the package logs, too
          JsonNode event = JSON.readTree(line);
          events(event.get("name").asString()).add(event);
        }
      }
    } catch (IOException e) {
      // The process was ended while it was read from: nobody waits for what it would tell.
    }
  }

  private BlockingQueue<JsonNode> events(String name) {
    return told.computeIfAbsent(name, key -> new LinkedBlockingQueue<>());
  }

  /** A client of this name, not connected. */
  Client client(String name) {
    return new Client(name);
  }

  /** So many clients count to so many at once, and the first of them talk as much. */
  List<Integer> load(String url, int clients, int actions, int talkers) {
    ask(
        "load",
        "load",
        Map.of("url", url, "clients", clients, "actions", actions, "talkers", talkers));
    JsonNode done = await("load", "the end of the load", event -> true);
    assertThat(done.get("event").asString()).as("%s", done).isEqualTo("done");
    return done.get("counts").valueStream().map(JsonNode::asInt).toList();
  }

  private void ask(String name, String what, Map<String, ?> more) {
    ObjectNode line = JSON.valueToTree(more);
    line.put("name", name).put("ask", what);
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Node has ended", e);
    }
  }

  /** Waits for an event, and drops those before it. */
  private JsonNode await(String name, String what, Predicate<JsonNode> wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode event = poll(name, deadline - System.nanoTime());
      if (event == null) {
        throw new AssertionError("no %s of %s within %s".formatted(what, name, PATIENCE));
      }
      if (wanted.test(event)) {
        return event;
      }
    }
  }

  private @Nullable JsonNode poll(String name, long nanos) {
    try {
      return events(name).poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** One {@code RemoteEngine}. */
  final class Client {

    private final String name;

    private Client(String name) {
      this.name = name;
    }

    /** Connects to a module as a new visitor, and comes back by itself. */
    Client connect(int port, String module) {
      return connect(port, module, Map.of(), true);
    }

    /**
     * Connects.
     *
     * @param session what the engine is told of it: {@code id} and {@code props}
     * @param back whether it comes back when it is disconnected
     */
    Client connect(int port, String module, Map<String, ?> session, boolean back) {
      String url = "ws://localhost:%d/ws/%s".formatted(port, module);
      ask(name, "connect", Map.of("url", url, "session", session, "back", back));
      return this;
    }

    void dispatch(String action, Map<String, ?> payload) {
      ask(name, "dispatch", Map.of("action", action, "payload", payload));
    }

    void dispatch(String action) {
      ask(name, "dispatch", Map.of("action", action));
    }

    /** Tries to write the state past the actions, as developer tools do. */
    void overwrite(Map<String, ?> state) {
      ask(name, "overwrite", Map.of("state", state));
    }

    /** Sends a text frame that the engine would not. */
    void raw(String text) {
      ask(name, "raw", Map.of("text", text));
    }

    void binary() {
      ask(name, "binary", Map.of());
    }

    void disconnect() {
      ask(name, "disconnect", Map.of());
      event("gone");
    }

    /** Waits for the session: {@code sessionId}, {@code isNew}, {@code isRestored}. */
    JsonNode session() {
      return event("session");
    }

    /** Waits for an event of a kind. */
    JsonNode event(String kind) {
      return await(name, kind, event -> event.get("event").asString().equals(kind));
    }

    /** Waits for a state. */
    JsonNode state(Predicate<JsonNode> wanted) {
      return await(name, "a state", event -> event.has("state") && wanted.test(event.get("state")))
          .get("state");
    }

    /** Waits for a count; fails if it is passed. */
    void counts(int count) {
      JsonNode state = state(counter -> counter.get("count").asInt() >= count);
      assertThat(state.get("count").asInt()).isEqualTo(count);
    }
  }
}
