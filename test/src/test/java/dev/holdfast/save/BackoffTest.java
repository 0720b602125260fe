package dev.holdfast.save;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long the saver waits after failures (law S3). */
final class BackoffTest {

  private static final Instant NOW = Instant.EPOCH;

  @ParameterizedTest
  @CsvSource({"1, 50", "2, 100", "3, 200", "7, 3200", "8, 5000", "21, 5000", "1000, 5000"})
  @DisplayName("S3: the wait doubles with each failure up to 5 s, and a random half is left out")
  void doublesUpToFiveSeconds(int failures, long full) {
    assertThat(Backoff.after(failures, always(0))).isEqualTo(Duration.ofMillis(full / 2));
    assertThat(Backoff.after(failures, always(-1))).isEqualTo(Duration.ofMillis(full));
  }

  @Test
  @DisplayName("S3: failures in a row are counted, from the first of them on")
  void countsFailuresInARow() {
    Backoff backoff = new Backoff(new Random(1));
    assertThat(backoff.next(NOW)).isBetween(Duration.ofMillis(25), Duration.ofMillis(50));
    assertThat(backoff.next(NOW.plusSeconds(1))).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    assertThat(backoff.failures()).isEqualTo(2);
    assertThat(backoff.since()).isEqualTo(NOW);
    assertThat(backoff.reset()).isTrue();
    assertThat(backoff.failures()).isZero();
    assertThat(backoff.since()).isNull();
    assertThat(backoff.reset()).isFalse();
  }

  /** Chance that gives the same number below a bound: counted from 0, or from the bound if less. */
  private static RandomGenerator always(long number) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return number;
      }

      @Override
      public long nextLong(long bound) {
        return number < 0 ? bound + number : number;
      }
    };
  }
}
