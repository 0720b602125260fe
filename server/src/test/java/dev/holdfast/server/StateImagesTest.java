package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.FakeSessions.Count;
import dev.holdfast.server.protocol.Json;
import org.junit.jupiter.api.Test;

final class StateImagesTest {

  private final StateImages images = new StateImages();

  @Test
  void aStateIsEncodedOnceWhileSomebodyShowsIt() {
    Count state = new Count(1);
    Image<Count> first = images.of(FakeSessions.COUNTER, state);
    assertThat(images.of(FakeSessions.COUNTER, state)).isSameAs(first);
  }

  @Test
  void anEqualStateIsAnotherImageWithEqualJson() {
    Image<Count> one = images.of(FakeSessions.COUNTER, new Count(1));
    Image<Count> two = images.of(FakeSessions.COUNTER, new Count(1));
    assertThat(two).isNotSameAs(one);
    assertThat(two.json()).isEqualTo(one.json());
  }

  @Test
  void manyStatesPushEachOtherOutWithoutMixingThemUp() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(images.of(FakeSessions.COUNTER, new Count(i)).json())
          .isEqualTo(new Json(("{\"count\":" + i + "}").getBytes(UTF_8)));
    }
  }
}
