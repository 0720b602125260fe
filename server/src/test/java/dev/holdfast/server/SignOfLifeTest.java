package dev.holdfast.server;

import static dev.holdfast.server.SignOfLife.Verdict.ASK;
import static dev.holdfast.server.SignOfLife.Verdict.DEAD;
import static dev.holdfast.server.SignOfLife.Verdict.FINE;
import static dev.holdfast.server.SignOfLife.Verdict.STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SignOfLifeTest {

  private static final Instant START = Instant.EPOCH;

  private final SignOfLife signs = new SignOfLife(Duration.ofSeconds(60), START);

  private SignOfLife.Verdict lookAt(int second, boolean keepsUp) {
    return signs.look(START.plusSeconds(second), keepsUp);
  }

  @Test
  void whoIsSilentIsAskedAtHalfTimeAndIsDeadAtTheEnd() {
    assertThat(lookAt(29, true)).isEqualTo(FINE);
    assertThat(lookAt(30, true)).isEqualTo(ASK);
    assertThat(lookAt(59, true)).isEqualTo(ASK);
    assertThat(lookAt(60, true)).isEqualTo(DEAD);
  }

  @Test
  void whoSpeaksIsFine() {
    signs.heard(START.plusSeconds(59));
    assertThat(lookAt(60, true)).isEqualTo(FINE);
  }

  @Test
  void whoTakesNothingForTheWholeTimeIsStuckHoweverMuchItSays() {
    for (int second = 10; second < 70; second++) {
      signs.heard(START.plusSeconds(second));
      assertThat(lookAt(second, false)).isEqualTo(FINE);
    }
    signs.heard(START.plusSeconds(70));
    assertThat(lookAt(70, false)).isEqualTo(STUCK);
  }

  @Test
  void whoTookSomethingInBetweenIsNotStuck() {
    signs.heard(START.plusSeconds(69));
    assertThat(lookAt(10, false)).isEqualTo(FINE);
    assertThat(lookAt(40, true)).isEqualTo(FINE);
    assertThat(lookAt(69, false)).isEqualTo(FINE);
    signs.heard(START.plusSeconds(128));
    assertThat(lookAt(128, false)).isEqualTo(FINE);
    assertThat(lookAt(129, false)).isEqualTo(STUCK);
  }
}
