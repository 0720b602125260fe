package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is shown figures. */
final class FiguresServerTest {

  private static int status(UnaryOperator<ServerBuilder> options, String path, String... headers)
      throws Exception {
    try (TestApp app = TestApp.start(o -> options.apply(o.metrics(ServerMetrics.prometheus())));
        HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://" + app.host() + path));
      if (headers.length > 0) {
        request.headers(headers);
      }
      return http.send(request.build(), BodyHandlers.ofString()).statusCode();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/stats", "/metrics", "/%73tats", "/stats?x"})
  void thisMachineIsShownThemAndAProxyThatAsksForSomebodyIsNot(String path) throws Exception {
    assertThat(status(o -> o, path)).isEqualTo(200);
    assertThat(status(o -> o, path, "X-Forwarded-For", "192.0.2.1")).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, , true",
    "::1, , true",
    "192.0.2.1, , false",
    "2001:db8::1, , false",
    "10.0.0.1, , false",
    "127.0.0.1, Forwarded, false",
    "127.0.0.1, Via, false",
    "127.0.0.1, X-Real-IP, false",
  })
  void otherMachinesAreNotShownThem(String address, String header, boolean admitted) {
    HttpHeaders headers = new DefaultHttpHeaders();
    Optional.ofNullable(header).ifPresent(name -> headers.set(name, "192.0.2.1"));
    InetSocketAddress from = new InetSocketAddress(address, 4_711);
    Request request = new Request("GET", "/stats", headers, new byte[0], from);
    assertThat(FigureReaders.HERE.admits(request)).isEqualTo(admitted);
    Request gone = new Request("GET", "/stats", headers, new byte[0], null);
    assertThat(FigureReaders.HERE.admits(gone)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/stats", "/metrics"})
  void theProgramMayDecide(String path) throws Exception {
    UnaryOperator<ServerBuilder> byToken =
        o ->
            o.figuresFor(
                request -> request.header("Authorization").filter("Bearer x"::equals).isPresent());
    assertThat(status(byToken, path)).isEqualTo(403);
    assertThat(status(byToken, path, "Authorization", "Bearer x", "Via", "a")).isEqualTo(200);
    assertThat(status(o -> o.figuresFor(request -> false), path)).isEqualTo(403);
  }

  @Test
  void whatThrowsRefuses() throws Exception {
    UnaryOperator<ServerBuilder> broken =
        o ->
            o.figuresFor(
                request -> {
                  throw new IllegalStateException("secret");
                });
    assertThat(status(broken, "/stats")).isEqualTo(403);
    assertThat(status(broken, "/health")).isEqualTo(200);
  }
}
