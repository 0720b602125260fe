package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class MetricsServerTest {

  @Test
  void figuresAreShownWithoutIds() throws Exception {
    try (TestApp app = TestApp.start(o -> o.metrics(ServerMetrics.prometheus()))) {
      String token;
      try (TestClient client = app.open("/ws/Counter").hello(null)) {
        token = client.token();
        client.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
        client.next("actionResult");
        client.say("{'type':'dispatchAction','id':'c.2','module':'','action':'fail'}");
        client.next("actionResult");
        assertThat(page(app, 200))
            .contains("holdfast_connections 1.0")
            .contains("holdfast_sessions_connected 1.0")
            .contains("holdfast_dirty_bytes ")
            .containsPattern("holdfast_commits_total [1-9]")
            .contains("holdfast_actions_seconds_count{module=\"Counter\",outcome=\"ok\"} 1")
            .contains(
                "holdfast_actions_seconds_count{module=\"Counter\",outcome=\"action-failed\"} 1")
            .contains("holdfast_sends_coalesced_total ");
      }
      await().until(() -> page(app, 200).contains("holdfast_closes_total{code=\"1000\"} 1"));
      assertThat(page(app, 200)).doesNotContain(token.substring(0, token.indexOf('.')));
    }
  }

  @Test
  void aRegistryOfTheProgramsIsFilledAndNotShown() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (TestApp app = TestApp.start(o -> o.metrics(ServerMetrics.of(registry)))) {
      try (TestClient client = app.open("/ws/Counter").hello(null)) {
        client.next("initialTree");
        assertThat(registry.get("holdfast.connections").gauge().value()).isEqualTo(1);
      }
      page(app, 404);
    }
  }

  @Test
  void withoutMetricsThereIsNoPage() throws Exception {
    try (TestApp app = TestApp.start()) {
      page(app, 404);
    }
  }

  private static String page(TestApp app, int status) throws IOException {
    HttpURLConnection link =
        (HttpURLConnection)
            URI.create("http://" + app.host() + "/metrics").toURL().openConnection();
    assertThat(link.getResponseCode()).isEqualTo(status);
    try (InputStream in = status == 200 ? link.getInputStream() : InputStream.nullInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
