package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Hostile frames: nothing breaks, nothing changes, nothing of the inside is told. */
final class FrameFuzzTest {

  private static final int FRAMES_A_LINK = 50;
  private static final String PING = "are you there?";

  @Test
  @DisplayName("K7: hostile frames change no state, break nothing and learn nothing")
  void hostileFramesChangeAndBreakNothing() throws Exception {
    fuzz(5_000, 20_261_122);
  }

  @Test
  @Tag("nightly")
  @DisplayName("K7: a million hostile frames change no state, break nothing and learn nothing")
  void aMillionHostileFramesChangeAndBreakNothing() throws Exception {
    fuzz(1_000_000, Long.getLong("holdfast.fuzz.seed", 1));
  }

  private static void fuzz(int frames, long seed) throws Exception {
    HostileFrames hostile = new HostileFrames(seed);
    try (TestApp app =
            TestApp.start(o -> o.maxFrameBytes(64 << 10).maxActionsPerSecond(1_000_000));
        TestClient witness = app.open("/ws/Counter").hello(null)) {
      witness.next("initialTree");
      for (int sent = 0, links = 0; sent < frames; sent += FRAMES_A_LINK, links++) {
        List<byte[]> some = new ArrayList<>();
        for (int n = 0; n < FRAMES_A_LINK; n++) {
          some.add(links % 4 == 0 ? hostile.next() : hostile.nextFramed());
        }
        attack(app, links % 3, some);
        if (links % 20 == 0) {
          increment(witness, links / 20 + 1);
        }
      }
      assertThat(app.holdfast().ref(TestApp.CHAT).state().lines()).isEmpty();
      assertThat(witness.isClosed()).isFalse();
      // The witness is the only one left: whatever the others sent, their links are gone.
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(app.holdfast().sessions().connected()).isEqualTo(1));
    }
  }

  private static void increment(TestClient witness, int n) throws Exception {
    witness.say("{'type':'subscribeState'}");
    witness.say(
        "{'type':'dispatchAction','id':'w.%d','module':'','action':'increment'}".formatted(n));
    JsonNode update = witness.next("stateUpdate");
    assertThat(update.get("state").get("count").intValue()).isEqualTo(n);
    assertThat(witness.next("actionResult").get("ok").booleanValue()).isTrue();
  }

  /** Sends frames, a ping, and the end of the link, which the server must end, too. */
  private static void attack(TestApp app, int kind, List<byte[]> frames) throws IOException {
    String path = kind == 0 ? "/ws" : "/ws/Counter";
    try (RawClient link = RawClient.open(app.server().port(), path)) {
      if (kind == 2) {
        link.say("{'type':'hello'}");
      }
      if (link.sendAll(frames)) {
        link.sendAll(List.of(HostileFrames.frame(0x89, PING.getBytes(UTF_8), true)));
      }
      link.stopSending();
      for (RawClient.Frame frame : link.rest()) {
        check(frame);
      }
      assertThat(link.isAtEnd()).isTrue();
    }
  }

  private static void check(RawClient.Frame frame) {
    String text = new String(frame.body(), UTF_8);
    if (frame.kind() == 1) {
      JsonNode message = JsonMapper.shared().readTree(frame.body());
      assertThat(message.at("/type").isString()).isTrue();
      assertThat(message.at("/code").asString("")).isNotEqualTo("internal");
      assertThat(message.at("/error/code").asString("")).isNotEqualTo("internal");
      assertThat(message.at("/state/count").asInt(0)).isZero();
    }
    if (frame.kind() == 8 && frame.body().length > 1) {
      assertThat(((frame.body()[0] & 0xFF) << 8) | (frame.body()[1] & 0xFF)).isNotEqualTo(1011);
    }
    assertThat(text)
        .doesNotContain("Exception", "dev.holdfast", "tools.jackson", "io.netty", "\tat ");
  }
}
