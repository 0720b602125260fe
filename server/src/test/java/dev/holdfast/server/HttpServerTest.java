package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class HttpServerTest {

  private final TestApp app =
      TestApp.start(
          o ->
              o.resources("testweb", HttpServerTest.class.getClassLoader())
                  .allowOrigins("https://friend.example"));
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    app.close();
    http.close();
  }

  @Test
  void healthAndFiguresAreServed() throws Exception {
    assertThat(get("/health").body()).isEqualTo("OK");
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      JsonNode stats = JsonMapper.shared().readTree(get("/stats").body());
      assertThat(stats.get("activeSessions").intValue()).isEqualTo(1);
      assertThat(stats.get("pendingSessions").intValue()).isZero();
      assertThat(stats.get("totalConnections").intValue()).isEqualTo(1);
      assertThat(stats.has("instances")).isTrue();
      assertThat(stats.get("dirtyKeys").isInt()).isTrue();
      assertThat(stats.get("dirtyBytes").isIntegralNumber()).isTrue();
      assertThat(stats.get("degradedInstances").intValue()).isZero();
      assertThat(stats.has("lastCommit")).isTrue();
    }
  }

  @Test
  void pagesComeWithHeadersThatProtectThem() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("resource");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
    assertThat(page.headers().firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'")
        .contains("base-uri 'none'", "form-action 'self'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("ETag")).isPresent();
  }

  @Test
  void headHasTheHeadersOnly() throws Exception {
    HttpResponse<String> head =
        http.send(
            request("/").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isPositive();
  }

  @Test
  void anUnchangedPageIsNotSentAgain() throws Exception {
    String tag = get("/").headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        http.send(request("/").header("If-None-Match", tag).build(), BodyHandlers.ofString());
    assertThat(again.statusCode()).isEqualTo(304);
  }

  @Test
  void otherMethodsAndPathsAreRefused() throws Exception {
    assertThat(get("/nothing.html").statusCode()).isEqualTo(404);
    HttpResponse<String> post =
        http.send(
            request("/").POST(HttpRequest.BodyPublishers.ofString("x")).build(),
            BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/../pom.xml", "/%2e%2e/TestApp.class", "/..%2fdev/x.txt", "//etc/hosts.txt"})
  void pathsDoNotLeadOut(String target) throws Exception {
    assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void requestsSentInOneGoAreAnsweredOneByOneInTheirOrder() throws Exception {
    String all =
        "GET /holdfast.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20)
            + "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            + "GET /ws/Nope HTTP/1.1\r\nHost: x\r\n\r\n";
    String answers = rawAll(all);
    assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(22);
    assertThat(answers).endsWith("OK").doesNotContain("HTTP/1.1 404");
  }

  @Test
  void aFolderOfResourcesIsNotListed() throws Exception {
    assertThat(get("/js/app.js").statusCode()).isEqualTo(200);
    assertThat(get("/js").statusCode()).isEqualTo(404);
  }

  @Test
  void anAddressThatIsTooLongIsRefused() throws Exception {
    assertThat(raw("GET /" + "y".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(get("/" + "y".repeat(7_000) + ".html").statusCode()).isEqualTo(404);
    assertThat(upgrade("/ws/" + "y".repeat(7_000), "http://" + app.host()))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void nothingOfARequestGetsIntoTheHeadersOfItsAnswer() throws Exception {
    String answer = rawAll("GET /ws/%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 404");
    assertThat(answer.substring(0, answer.indexOf("\r\n\r\n"))).doesNotContain("Evil");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws Exception {
    String answer = raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 413");
  }

  @Test
  void aHeaderThatIsTooLargeIsRefused() throws Exception {
    String answer = raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(9_000) + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @CsvSource({
    "/ws/Nope, 404",
    "/ws/Room, 404",
    "/ws/Counter/7, 404",
    "/ws/Counter/7/8, 404",
    "/ws/, 404",
  })
  void anAddressThatNamesNothingIsRefused(String path, int status) throws Exception {
    assertThat(upgrade(path, "http://" + app.host())).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void pagesOfOtherOriginsMayNotConnect() throws Exception {
    assertThat(upgrade("/ws/Counter", "https://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(upgrade("/ws/Counter", "null")).startsWith("HTTP/1.1 403");
    assertThat(upgrade("/ws/Counter", "https://friend.example")).startsWith("HTTP/1.1 101");
    assertThat(upgrade("/ws/Counter", "http://" + app.host())).startsWith("HTTP/1.1 101");
  }

  @Test
  void aPlainRequestToAWebSocketIsTold() throws Exception {
    assertThat(get("/ws/Counter").statusCode()).isEqualTo(426);
  }

  private String upgrade(String path, String origin) throws IOException {
    return raw(
        String.join(
            "\r\n",
            "GET " + path + " HTTP/1.1",
            "Host: " + app.host(),
            "Origin: " + origin,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            ""));
  }

  /** Sends bytes as they are and reads the first part of the answer. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("localhost", app.server().port())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(UTF_8));
      out.flush();
      return new String(socket.getInputStream().readNBytes(12), UTF_8);
    }
  }

  /** Sends bytes as they are and reads until the server closes. */
  private String rawAll(String request) throws IOException {
    try (Socket socket = new Socket("localhost", app.server().port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + app.host() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), BodyHandlers.ofString());
  }
}
