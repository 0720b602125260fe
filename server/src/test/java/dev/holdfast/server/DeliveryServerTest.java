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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class DeliveryServerTest {

  private static final int UPDATES = 10_000;
  private static final int MOST_PENDING = 2 << 20;

  /** What a collection leaves, and the allocator keeps, now more and now less of. */
  private static final int SLACK = 64 << 20;

  @Test
  @DisplayName(
      "a client that stops reading while 10,000 updates pass is owed the newest state only, costs"
          + " no more memory than its bound, and is closed with 1013; others see all of it")
  void aClientThatStopsReadingIsOwedOnlyTheNewestStateAndThenClosed() throws Exception {
    ManualClock clock = new ManualClock();
    try (TestApp app = TestApp.start(o -> o.clock(clock).maxPendingBytes(MOST_PENDING));
        RawClient deaf = RawClient.openDeaf(app.server().port(), "/ws/Board");
        TestClient watcher = app.open("/ws/Board").hello(null)) {
      deaf.say("{'type':'hello'}");
      deaf.say("{'type':'subscribeState'}");
      watcher.next("initialTree");
      watcher.say("{'type':'subscribeState'}");
      StateRef<TestApp.Board> board = app.holdfast().ref(TestApp.BOARD);
      count(board, 1, 100, watcher); // what everybody needs once is there
      Memory.Use before = Memory.inUse();
      count(board, 101, UPDATES, watcher);
      Memory.Use after = Memory.inUse();
      assertThat(app.holdfast().sessions().connected()).isEqualTo(2);
      // A queue of all states would be 2 GB.
      assertThat(after.bytes() - before.bytes())
          .as("%s before, %s after", before, after)
          .isLessThan(MOST_PENDING + SLACK);
      for (int n = 0; n < 4; n++) {
        clock.advance(ofSeconds(15));
        watcher.ping("still here");
      }
      clock.advance(ofSeconds(15)); // seen not to take anything for 60 s
      List<JsonNode> sent = new ArrayList<>();
      assertThat(deaf.closeCode(sent)).isEqualTo(1013);
      // What the system's buffers took before it was noticed; far from a queue of all.
      assertThat(sent.size()).isBetween(2, UPDATES / 10);
      assertThat(watcher.isClosed()).isFalse();
    }
  }

  /** Counts on, and waits until a client has seen it. */
  private static void count(StateRef<TestApp.Board> board, int from, int to, TestClient watcher)
      throws InterruptedException {
    for (int n = from; n <= to; n++) {
      var unused = board.dispatchAsync("count");
      if (n % 100 == 0) {
        board.flush();
      }
    }
    int seen = 0;
    while (seen < to) {
      seen = watcher.next("stateUpdate").get("state").get("count").intValue();
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
