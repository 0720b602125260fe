package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsServerTest {

  @TempDir static Path dir;
  private static Certificate certificate;

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = Certificate.in(dir);
  }

  @Test
  void pagesAndSocketsGoOverTls() throws Exception {
    try (TestApp app = TestApp.start(o -> o.tls(certificate.chain(), certificate.key()));
        HttpClient http = HttpClient.newBuilder().sslContext(certificate.trust()).build()) {
      HttpResponse<String> health =
          http.send(
              HttpRequest.newBuilder(URI.create("https://" + app.host() + "/health")).build(),
              BodyHandlers.ofString());
      assertThat(health.body()).isEqualTo("OK");
      assertThat(health.headers().firstValue("Strict-Transport-Security"))
          .contains("max-age=31536000");
      try (TestClient client =
          TestClient.open(http, "wss://" + app.host() + "/ws/Counter").hello(null)) {
        client.next("initialTree");
        client.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
        assertThat(client.next("actionResult").get("ok").booleanValue()).isTrue();
      }
    }
  }

  @Test
  void aPageThatCameWithoutTlsIsAnotherOrigin() throws Exception {
    try (TestApp app = TestApp.start(o -> o.tls(certificate.chain(), certificate.key()));
        HttpClient http = HttpClient.newBuilder().sslContext(certificate.trust()).build()) {
      String url = "wss://" + app.host() + "/ws/Counter";
      TestClient.open(http, url, "Origin", "https://" + app.host()).close();
      assertThat(refusal(http, url, "http://" + app.host())).isEqualTo(403);
    }
  }

  private static int refusal(HttpClient http, String url, String origin) {
    try {
      TestClient.open(http, url, "Origin", origin).close();
      return 101;
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(WebSocketHandshakeException.class);
      return e.getCause() instanceof WebSocketHandshakeException refused
          ? refused.getResponse().statusCode()
          : 0;
    }
  }

  @Test
  void plainTextOnATlsPortIsNotAnswered() throws Exception {
    try (TestApp app = TestApp.start(o -> o.tls(certificate.chain(), certificate.key()));
        Socket socket = new Socket("localhost", app.server().port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void filesThatAreNoCertificateAndKeyAreNamed() throws Exception {
    Path wrong = Files.writeString(dir.resolve("wrong.pem"), "nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tls.of(wrong, certificate.key()))
        .withMessageContaining("wrong.pem");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tls.of(certificate.chain(), dir.resolve("none.pem")))
        .withMessageContaining("none.pem");
  }
}
