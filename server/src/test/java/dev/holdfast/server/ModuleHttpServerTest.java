package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class ModuleHttpServerTest {

  private final TestApp app = TestApp.start();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    app.close();
    http.close();
  }

  @Test
  void whoHasNoSessionGetsOneInACookie() throws Exception {
    HttpResponse<String> state = send(get("/modules/Counter"));
    assertThat(state.statusCode()).isEqualTo(200);
    assertThat(state.body()).isEqualTo("{\"count\":0}");
    assertThat(state.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(state.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(state.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("holdfast=")
        .endsWith("; Path=/; HttpOnly; SameSite=Lax");
  }

  @Test
  void anActionIsAnsweredWithTheStateAfterIt() throws Exception {
    HttpResponse<String> first = send(post("/modules/Counter/actions/increment", ""));
    assertThat(first.body()).isEqualTo("{\"count\":1}");
    String cookie = cookie(first);
    HttpResponse<String> second =
        send(post("/modules/Counter/actions/add", "{\"by\":5}").header("Cookie", cookie));
    assertThat(second.body()).isEqualTo("{\"count\":6}");
    assertThat(second.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(send(get("/modules/Counter").header("Cookie", cookie)).body())
        .isEqualTo("{\"count\":6}");
  }

  @Test
  void aSocketAndCurlShareASession() throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      String cookie = "holdfast=" + client.token();
      client.next("initialTree");
      client.say("{'type':'subscribeState'}");
      send(post("/modules/Counter/actions/increment", "").header("Cookie", cookie));
      assertThat(client.next("stateUpdate").get("state").get("count").intValue()).isEqualTo(1);
      assertThat(client.isClosed()).isFalse();
    }
  }

  @Test
  @DisplayName("A6: an Idempotency-Key is the action's id, and applied once")
  void anIdempotencyKeyIsAppliedOnce() throws Exception {
    String cookie = cookie(send(get("/modules/Counter")));
    for (int n = 0; n < 3; n++) {
      HttpResponse<String> answer =
          send(
              post("/modules/Counter/actions/increment", "")
                  .header("Cookie", cookie)
                  .header("Idempotency-Key", "evt_91"));
      assertThat(answer.body()).isEqualTo("{\"count\":1}");
    }
  }

  @Test
  void anInstanceIsNamedBehindItsModule() throws Exception {
    assertThat(send(post("/modules/Room/r-7/actions/move", "")).body()).isEqualTo("{\"moves\":1}");
    assertThat(send(get("/modules/Room/r-7")).body()).isEqualTo("{\"moves\":1}");
    assertThat(send(get("/modules/Room/private-1")).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /modules/Nope, '', 404, unknown-module",
    "GET, /modules, '', 404, unknown-module",
    "GET, /modules/Room, '', 404, unknown-module",
    "GET, /modules/Counter/x, '', 404, unknown-module",
    "POST, /modules/Counter, '', 404, unknown-module",
    "POST, /modules/Counter/actions/nope, '', 404, unknown-action",
    "POST, /modules/Counter/actions/add, '', 400, bad-payload",
    "POST, /modules/Counter/actions/add, '[]', 400, bad-payload",
    "POST, /modules/Counter/actions/add, '{\"by\":', 400, bad-message",
    "POST, /modules/Counter/actions/add, '{\"by\":1e99999999999}', 400, bad-message",
    "POST, /modules/Counter/actions/fail, '', 422, action-failed",
    "POST, /modules/Room/%20/actions/move, '', 404, unknown-module",
    "PUT, /modules/Counter, '', 405, refused",
  })
  void whatIsWrongIsSaidInJson(String method, String path, String body, int status, String code)
      throws Exception {
    HttpResponse<String> answer =
        send(post(path, body).method(method, BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(JsonMapper.shared().readTree(answer.body()).at("/error/code").stringValue())
        .isEqualTo(code);
    assertThat(answer.body()).doesNotContain("secret", "Exception", "dev.holdfast", "java.");
  }

  @Test
  void anIdempotencyKeyThatIsNoIdIsRefused() throws Exception {
    HttpResponse<String> answer =
        send(post("/modules/Counter/actions/increment", "").header("Idempotency-Key", "a b"));
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, https://evil.example, 403",
    "Origin, null, 403",
    "Sec-Fetch-Site, cross-site, 403",
    "Content-Type, text/plain, 415",
    "Content-Type, application/x-www-form-urlencoded, 415",
  })
  @DisplayName("a page of another site cannot act for a visitor")
  void whatAFormOfAnotherSiteCouldSendIsRefused(String header, String value, int status)
      throws Exception {
    String cookie = cookie(send(get("/modules/Counter")));
    HttpResponse<String> answer =
        send(
            post("/modules/Counter/actions/add", "{\"by\":5}")
                .setHeader(header, value)
                .header("Cookie", cookie));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(send(get("/modules/Counter").header("Cookie", cookie)).body())
        .isEqualTo("{\"count\":0}");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    assertThat(send(post("/modules/Counter/actions/add", " ".repeat(100 << 10))).statusCode())
        .isEqualTo(413);
  }

  @Test
  void jsonThatNestsTooDeeplyIsRefused() throws Exception {
    String deep = "[".repeat(101) + "]".repeat(101);
    HttpResponse<String> answer = send(post("/modules/Counter/actions/add", deep));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("bad-message");
  }

  @Test
  void whoAsksTooFastIsToldToWait() throws Exception {
    ManualClock clock = new ManualClock();
    try (TestApp slow = TestApp.start(o -> o.clock(clock).maxActionsPerSecond(2))) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + slow.host() + "/modules/Chat")).build();
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      HttpResponse<String> third = http.send(request, BodyHandlers.ofString());
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.headers().firstValue("Retry-After")).contains("1");
      clock.advance(Duration.ofSeconds(1));
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private static String cookie(HttpResponse<String> answer) {
    String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  private HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + app.host() + path));
  }

  private HttpRequest.Builder post(String path, String body) {
    return get(path)
        .POST(BodyPublishers.ofString(body))
        .setHeader("Content-Type", "application/json; charset=utf-8");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
