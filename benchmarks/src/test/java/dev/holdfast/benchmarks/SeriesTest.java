package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SeriesTest {

  @Test
  void theMedianOfAnOddCountIsTheMiddleOne() {
    assertThat(Series.of(9, 1, 5).median()).isEqualTo(5);
  }

  @Test
  void theMedianOfAnEvenCountIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Series.of(4, 100, 2, 1).median()).isEqualTo(3);
  }

  @Test
  void anOutlierMovesTheEndsAndNotTheMedian() {
    Series series = Series.of(10, 11, 1_000);
    assertThat(series.median()).isEqualTo(11);
    assertThat(series.least()).isEqualTo(10);
    assertThat(series.most()).isEqualTo(1_000);
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    // The machine was half as fast in the second round: no ratio moves.
    assertThat(Series.of(100, 50, 100).by(Series.of(10, 5, 10)).values())
        .containsExactly(10.0, 10.0, 10.0);
  }

  @Test
  void seriesOfDifferentRoundsAreNotCompared() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Series.of(1, 2).by(Series.of(1)))
        .withMessageContaining("2 rounds")
        .withMessageContaining("one of 1");
  }

  @Test
  void thereIsNoSeriesOfNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Series(List.of()));
  }
}
