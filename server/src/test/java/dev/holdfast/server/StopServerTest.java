package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateStore;
import dev.holdfast.test.FaultyStateStore;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A server that is closed while there is work: what it has taken, it does. */
final class StopServerTest {

  private final FaultyStateStore store = FaultyStateStore.around(StateStore.inMemory());

  /** Closes the server, and returns when that has begun. */
  private static Thread closing(TestApp app) {
    int port = app.server().port();
    Thread thread = Thread.ofVirtual().start(() -> app.server().close());
    Awaitility.await().until(() -> !isListening(port));
    return thread;
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket("localhost", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  @DisplayName(
      "A3: actions that have arrived when the server stops are done, committed and answered, also"
          + " those that wait for their turn; then the client is told to come back")
  void actionsThatHaveArrivedAreAnswered() throws Exception {
    try (TestApp app =
            TestApp.start(store, o -> o.maxQueuedActions(1).closeTimeout(Duration.ofSeconds(60)));
        TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      store.writing().hang();
      for (int n = 1; n <= 5; n++) {
        client.say(
            "{'type':'dispatchAction','id':'c.%d','module':'','action':'increment'}".formatted(n));
      }
      client.ping("all of them are there");
      store.writing().awaitHung();
      Thread closing = closing(app);
      assertThat(client.isClosed()).isFalse();
      store.writing().release();
      for (int n = 1; n <= 5; n++) {
        JsonNode result = client.next("actionResult");
        assertThat(result.get("id").stringValue()).isEqualTo("c." + n);
        assertThat(result.get("ok").booleanValue()).isTrue();
      }
      assertThat(client.closeCode()).isEqualTo(1001);
      assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  @DisplayName("A3: a plain HTTP action that runs when the server stops is answered")
  void aRequestThatRunsIsAnswered() throws Exception {
    try (TestApp app = TestApp.start(store, o -> o.closeTimeout(Duration.ofSeconds(60)));
        HttpClient http = HttpClient.newHttpClient()) {
      store.writing().hang();
      URI uri = URI.create("http://" + app.host() + "/modules/Chat/actions/say");
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"from\":\"ada\",\"text\":\"hello\"}"))
              .build();
      CompletableFuture<HttpResponse<String>> answer =
          http.sendAsync(request, BodyHandlers.ofString());
      store.writing().awaitHung();
      Thread closing = closing(app);
      assertThat(answer).isNotDone();
      store.writing().release();
      assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(closing.join(Duration.ofSeconds(20))).isTrue();
    }
  }
}
