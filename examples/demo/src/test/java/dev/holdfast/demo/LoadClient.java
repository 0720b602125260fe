package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client that keeps ten actions in flight, comes back after every loss with its token, and sends
 * what was not acknowledged again with the same ids. Each time it comes back it checks that the
 * session is the same and that nothing acknowledged is missing.
 */
final class LoadClient implements Runnable {

  private static final int IN_FLIGHT = 10;
  private static final int ONE_CHAT_IN = 20;
  private static final Duration TICK = Duration.ofMillis(50);

  private final URI uri;
  private final String name;
  private final Random random;
  private final Map<String, Sent> unacknowledged = new LinkedHashMap<>();
  private final CountDownLatch firstAcknowledged = new CountDownLatch(1);
  private @Nullable String token;
  private int last;
  private volatile boolean stopping;
  private volatile boolean connected;

  /** The sum of the increments that were acknowledged. */
  private long counted;

  /** The texts that were acknowledged. */
  private final Set<String> said = new HashSet<>();

  private int losses;

  private record Sent(ObjectNode message, int by, @Nullable String text) {}

  LoadClient(URI uri, String name, long seed) {
    this.uri = uri;
    this.name = name;
    this.random = new Random(seed);
  }

  /** Lets the present actions be the last. */
  void stop() {
    stopping = true;
  }

  boolean awaitFirstAcknowledgement(long seconds) throws InterruptedException {
    return firstAcknowledged.await(seconds, TimeUnit.SECONDS);
  }

  boolean isConnected() {
    return connected;
  }

  Set<String> said() {
    return said;
  }

  /** How often the connection was lost. */
  int losses() {
    return losses;
  }

  long actions() {
    return last;
  }

  /** Runs until it is stopped and every action is acknowledged. */
  @Override
  public void run() {
    while (!stopping || !unacknowledged.isEmpty()) {
      try (TestClient client = connect()) {
        checkResumed(client);
        connected = true;
        converse(client);
      } catch (IOException lost) {
        connected = false;
        losses++;
      }
    }
  }

  /** Tries until the server is back. */
  private TestClient connect() {
    return Awaitility.await()
        .pollInSameThread()
        .pollInterval(TICK)
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> TestClient.connect(uri, token, false), client -> true);
  }

  private void checkResumed(TestClient client) {
    JsonNode ack = client.ack();
    if (token == null || firstAcknowledged.getCount() > 0) {
      token = client.token();
      return;
    }
    assertThat(client.token().equals(token)).as("%s has its token", name).isTrue();
    assertThat(ack.get("isNew").asBoolean()).as("%s is new", name).isFalse();
    assertThat(ack.get("isRestored").asBoolean()).as("%s is restored", name).isTrue();
    long unknown = unacknowledged.values().stream().mapToLong(Sent::by).sum();
    assertThat(client.state("Counter").get("count").asLong())
        .as("%s's count after a reconnect", name)
        .isBetween(counted, counted + unknown);
  }

  private void converse(TestClient client) throws IOException {
    for (Sent sent : unacknowledged.values()) {
      client.send(sent.message());
    }
    while (true) {
      while (!stopping && unacknowledged.size() < IN_FLIGHT) {
        client.send(next().message());
      }
      if (unacknowledged.isEmpty()) {
        return;
      }
      JsonNode message = client.poll(TICK);
      if (message != null && TestClient.is(message, "actionResult")) {
        answered(message);
      }
    }
  }

  private Sent next() {
    String id = name + "." + ++last;
    Sent sent = random.nextInt(ONE_CHAT_IN) == 0 ? saying(id) : counting(id);
    unacknowledged.put(id, sent);
    return sent;
  }

  private Sent saying(String id) {
    Map<String, String> payload = Map.of("from", name, "text", id);
    return new Sent(TestClient.action("Chat", "say", payload, id), 0, id);
  }

  private Sent counting(String id) {
    int by = 1 + random.nextInt(3);
    Map<String, Integer> payload = by == 1 ? Map.of() : Map.of("by", by);
    return new Sent(TestClient.action("Counter", "increment", payload, id), by, null);
  }

  /** A server that is closing may refuse; then the action goes out again after the restart. */
  private void answered(JsonNode result) throws IOException {
    String id = result.get("id").asString();
    if (!result.get("ok").asBoolean()) {
      String code = result.path("error").path("code").asString("");
      assertThat(code).as("%s: %s", id, result).isEqualTo("closed");
      throw new IOException("the server is closing");
    }
    Sent sent = unacknowledged.remove(id);
    if (sent == null) {
      throw new AssertionError(id + " is answered twice");
    }
    counted += sent.by();
    if (sent.text() != null) {
      said.add(sent.text());
    }
    firstAcknowledged.countDown();
  }

  /** Comes back once more and checks that the counter is exactly what was acknowledged. */
  void checkCount() throws IOException {
    try (TestClient client = TestClient.connect(uri, token, false)) {
      checkResumed(client);
      assertThat(client.state("Counter").get("count").asLong()).as(name).isEqualTo(counted);
    }
  }
}
