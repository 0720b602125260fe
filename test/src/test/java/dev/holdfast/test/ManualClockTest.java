package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.time.TimeSource.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualClockTest {

  private final ManualClock clock = new ManualClock();
  private final List<String> ran = new ArrayList<>();

  @Test
  void standsStillUntilItIsAdvanced() {
    assertThat(clock.instant()).isEqualTo(ManualClock.START);
    clock.advance(Duration.ofMillis(250));
    assertThat(clock.instant()).isEqualTo(ManualClock.START.plusMillis(250));
  }

  @Test
  void runsWhatFallsDueInOrderOfTime() {
    schedule(30, "c");
    schedule(10, "a");
    schedule(20, "b1");
    schedule(20, "b2");
    clock.advance(Duration.ofMillis(29));
    assertThat(ran).containsExactly("a@10", "b1@20", "b2@20");
    clock.advance(Duration.ofMillis(1));
    assertThat(ran).endsWith("c@30");
    assertThat(clock.timers()).isZero();
  }

  @Test
  void runsWhatATimerSchedulesWithinTheAdvance() {
    clock.schedule(Duration.ofMillis(10), () -> schedule(10, "inner"));
    clock.schedule(Duration.ofMillis(15), () -> schedule(10, "later"));
    clock.advance(Duration.ofMillis(20));
    assertThat(ran).containsExactly("inner@20");
    clock.advance(Duration.ofMillis(5));
    assertThat(ran).containsExactly("inner@20", "later@25");
  }

  @Test
  void runsWhatIsDueAtOnceWithTheNextAdvance() {
    schedule(0, "now");
    schedule(-5, "past");
    assertThat(ran).isEmpty();
    clock.advance(Duration.ZERO);
    assertThat(ran).containsExactly("now@0", "past@0");
  }

  @Test
  void doesNotRunWhatWasCancelled() {
    Timer timer = clock.schedule(Duration.ofMillis(10), () -> ran.add("cancelled"));
    timer.close();
    timer.close();
    clock.advance(Duration.ofMillis(10));
    assertThat(ran).isEmpty();
  }

  @Test
  void aTaskThatThrowsDoesNotKeepOthersFromRunning() {
    clock.schedule(
        Duration.ofMillis(1),
        () -> {
          throw new IllegalStateException("boom");
        });
    schedule(2, "next");
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(5))).hasMessage("boom");
    assertThat(ran).containsExactly("next@2");
    assertThat(clock.instant()).isEqualTo(ManualClock.START.plusMillis(5));
  }

  @Test
  void refusesToGoBackAndToBeAdvancedByItsOwnTimers() {
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-0.001S");
    clock.schedule(Duration.ZERO, () -> clock.advance(Duration.ofMillis(1)));
    assertThatThrownBy(() -> clock.advance(Duration.ZERO))
        .isInstanceOf(IllegalStateException.class);
  }

  private void schedule(int millis, String name) {
    clock.schedule(
        Duration.ofMillis(millis),
        () ->
            ran.add(name + "@" + Duration.between(ManualClock.START, clock.instant()).toMillis()));
  }
}
