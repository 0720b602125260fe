package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.StateRef;
import dev.holdfast.test.ManualClock;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class DeliveryServerTest {

  private static final int UPDATES = 10_000;

  @Test
  void aClientThatStopsReadingIsOwedOnlyTheNewestStateAndThenClosed() throws Exception {
    ManualClock clock = new ManualClock();
    try (TestApp app = TestApp.start(o -> o.clock(clock));
        RawClient deaf = RawClient.openDeaf(app.server().port(), "/ws/Board");
        TestClient watcher = app.open("/ws/Board").hello(null)) {
      deaf.say("{'type':'hello'}");
      deaf.say("{'type':'subscribeState'}");
      watcher.next("initialTree");
      watcher.say("{'type':'subscribeState'}");
      StateRef<TestApp.Board> board = app.holdfast().ref(TestApp.BOARD);
      for (int n = 0; n < UPDATES; n++) {
        var unused = board.dispatchAsync("count");
        if (n % 100 == 0) {
          board.flush();
        }
      }
      board.flush();
      int seen = 0;
      while (seen < UPDATES) {
        seen = watcher.next("stateUpdate").get("state").get("count").intValue();
      }
      for (int n = 0; n < 6; n++) {
        clock.advance(ofSeconds(15));
        watcher.ping("still here");
      }
      List<JsonNode> sent = new ArrayList<>();
      assertThat(deaf.closeCode(sent)).isEqualTo(1013);
      // What the system's buffers took before it was noticed; far from a queue of all.
      assertThat(sent.size()).isBetween(2, UPDATES / 10);
      assertThat(watcher.isClosed()).isFalse();
    }
  }

  @Test
  void aPeerThatIsDeadIsClosedAndOneThatIsQuietIsNot() throws Exception {
    ManualClock clock = new ManualClock();
    try (TestApp app = TestApp.start(o -> o.clock(clock));
        RawClient dead = RawClient.openDeaf(app.server().port(), "/ws/Counter");
        TestClient quiet = app.open("/ws/Counter").hello(null)) {
      dead.say("{'type':'hello'}");
      dead.next("initialTree");
      quiet.next("initialTree");
      for (int n = 0; n < 8; n++) {
        clock.advance(ofSeconds(15));
        quiet.ping("here");
      }
      assertThat(dead.closeCode(new ArrayList<>())).isEqualTo(1001);
      assertThat(quiet.isClosed()).isFalse();
    }
  }

  @Test
  void oneLinkTooManyIsClosedAtOnceAndAnotherMayComeWhenOneHasGone() throws Exception {
    try (TestApp app = TestApp.start(o -> o.maxConnectionsPerAddress(2));
        TestClient first = app.open("/ws/Counter").hello(null)) {
      first.next("initialTree");
      try (TestClient second = app.open("/ws/Counter").hello(null)) {
        second.next("initialTree");
        assertThat(isRefused(app)).isTrue();
      }
      await().until(() -> !isRefused(app));
      first.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
      assertThat(first.next("actionResult").get("ok").booleanValue()).isTrue();
    }
  }

  private static boolean isRefused(TestApp app) throws IOException {
    try (Socket socket = new Socket("localhost", app.server().port())) {
      socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // cut before or while it was asked
    }
  }

  @Test
  void closingWaitsForTheActionsThatRun() throws Exception {
    TestApp app = TestApp.start();
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      for (int n = 1; n <= 50; n++) {
        client.say(
            "{'type':'dispatchAction','id':'c.%d','module':'','action':'increment'}".formatted(n));
      }
      client.next("actionResult");
      app.server().close();
      assertThat(client.closeCode()).isEqualTo(1001);
    } finally {
      app.close();
    }
  }
}
