package dev.holdfast.server;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PaceTest {

  private final ManualClock clock = new ManualClock();
  private final Pace pace = new Pace(clock, 10);

  @Test
  void aSecondsWorthMayComeAtOnce() {
    assertThat(taken()).isEqualTo(10);
    assertThat(pace.take()).isEqualTo(ofMillis(100));
  }

  @Test
  void whatIsLeftIsSavedUpToASecondsWorth() {
    taken();
    clock.advance(ofMillis(250));
    assertThat(taken()).isEqualTo(2);
    clock.advance(ofMillis(50));
    assertThat(taken()).isEqualTo(1);
    clock.advance(Duration.ofHours(1));
    assertThat(taken()).isEqualTo(10);
  }

  @Test
  void aClockThatIsSetBackNeitherBlocksNorFrees() {
    SettableClock settable = new SettableClock();
    Pace steady = new Pace(settable, 1);
    assertThat(steady.take()).isZero();
    settable.now = settable.now.minusSeconds(3_600);
    assertThat(steady.take()).isEqualTo(ofSeconds(1));
    settable.now = settable.now.plusSeconds(1);
    assertThat(steady.take()).isZero();
  }

  private int taken() {
    int taken = 0;
    while (pace.take().isZero()) {
      taken++;
    }
    return taken;
  }

  private static final class SettableClock implements TimeSource {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Deadline deadline(Duration within) {
      throw new UnsupportedOperationException();
    }
  }
}
