package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Several clients at once see each other's changes, and only those they are entitled to. */
final class LiveTest {

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init") // made before all
  private static DemoProcess demo;

  private static int port;

  @BeforeAll
  static void start() throws IOException {
    demo = DemoProcess.launch(folder, 0);
    port = demo.port();
  }

  @AfterAll
  static void stop() {
    demo.close();
  }

  private static TestClient connect() throws IOException {
    return TestClient.connect(DemoProcess.socket(port), null, true);
  }

  private static void login(TestClient client, String id) throws IOException {
    ok(client.act("Todos", "login", Map.of("id", id, "name", id)));
    client.state("Todos", todos -> todos.path("user").path("id").asString("").equals(id));
  }

  private static void ok(JsonNode result) {
    assertThat(result.get("ok").asBoolean()).as("%s", result).isTrue();
  }

  private static boolean hasTodo(JsonNode todos, String title, boolean done) {
    return todos
        .path("todos")
        .valueStream()
        .anyMatch(
            t -> t.get("title").asString().equals(title) && t.get("done").asBoolean() == done);
  }

  @Test
  void twoClientsSeeAChatMessageLive() throws IOException {
    try (TestClient ada = connect();
        TestClient bob = connect()) {
      ok(ada.act("Chat", "say", Map.of("from", "Ada", "text", "hello")));
      for (TestClient client : new TestClient[] {ada, bob}) {
        JsonNode chat =
            client.state("Chat", state -> state.toString().contains("{\"from\":\"Ada\""));
        assertThat(chat.get("messages").valueStream().map(m -> m.get("text").asString()))
            .contains("hello");
      }
    }
  }

  @Test
  void eachSessionHasItsOwnCounter() throws IOException {
    try (TestClient one = connect();
        TestClient two = connect()) {
      ok(one.act("Counter", "increment", Map.of("by", 5)));
      ok(two.act("Counter", "increment", Map.of()));
      assertThat(one.state("Counter", s -> s.get("count").asInt() > 0).get("count").asInt())
          .isEqualTo(5);
      assertThat(two.state("Counter", s -> s.get("count").asInt() > 0).get("count").asInt())
          .isEqualTo(1);
    }
  }

  @Test
  void twoSessionsOfOneUserSeeEachOthersTodosLive() throws IOException {
    try (TestClient laptop = connect();
        TestClient phone = connect()) {
      login(laptop, "live");
      login(phone, "live");
      ok(laptop.act("Todos", "add", Map.of("title", "from the laptop")));
      phone.state("Todos", todos -> hasTodo(todos, "from the laptop", false));
      ok(phone.act("Todos", "toggle", Map.of("index", 0)));
      laptop.state("Todos", todos -> hasTodo(todos, "from the laptop", true));
    }
  }

  @Test
  void loggingOutOnOneDeviceLeavesTheOther() throws IOException {
    try (TestClient laptop = connect();
        TestClient phone = connect()) {
      login(laptop, "leaver");
      login(phone, "leaver");
      ok(laptop.act("Todos", "add", Map.of("title", "stays")));
      ok(laptop.act("Todos", "logout", Map.of()));
      JsonNode after = laptop.state("Todos", todos -> todos.get("user").isNull());
      assertThat(after.get("todos").isEmpty()).isTrue();
      ok(phone.act("Todos", "add", Map.of("title", "after the log-out")));
      JsonNode todos = phone.state("Todos", s -> hasTodo(s, "after the log-out", false));
      assertThat(todos.get("user").get("id").asString()).isEqualTo("leaver");
      assertThat(hasTodo(todos, "stays", false)).isTrue();
      ok(laptop.act("Counter", "increment", Map.of()));
      assertThat(laptop.state("Todos").toString()).doesNotContain("after the log-out");
    }
  }

  @Test
  void anotherUserSeesNothingOfIt() throws IOException {
    try (TestClient ada = connect();
        TestClient eve = connect()) {
      login(ada, "private");
      login(eve, "eve");
      ok(ada.act("Todos", "add", Map.of("title", "secret")));
      ok(eve.act("Todos", "add", Map.of("title", "own")));
      JsonNode todos = eve.state("Todos", state -> hasTodo(state, "own", false));
      assertThat(todos.toString()).doesNotContain("secret");
    }
  }

  @Test
  void whatAnActionRefusesIsSaidAndTheConnectionGoesOn() throws IOException {
    try (TestClient client = connect()) {
      JsonNode refused = client.act("Todos", "add", Map.of("title", "nobody's"));
      assertThat(refused.get("ok").asBoolean()).isFalse();
      assertThat(refused.get("error").get("code").asString()).isEqualTo("action-failed");
      ok(client.act("Counter", "increment", Map.of()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html",
    "/app.js, text/javascript",
    "/style.css, text/css",
    "/icon.svg, image/svg+xml",
    "/holdfast.js, text/javascript",
  })
  void thePageIsServed(String path, String type) throws Exception {
    URI uri = URI.create("http://localhost:%d%s".formatted(port, path));
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type").orElse("")).startsWith(type);
      assertThat(response.body()).isNotBlank();
    }
  }
}
