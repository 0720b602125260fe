package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class GoalTest {

  @Test
  void aLineSaysNameValueBoundAndVerdict() {
    assertThat(Goal.COMMITTED_VS_RAW_STORE.line(0.5))
        .isEqualTo("RATIO committed-vs-raw-store 0.50 0.90 short");
    assertThat(Goal.COMMITTED_VS_UPSERT_PER_ACTION.line(21))
        .isEqualTo("RATIO committed-vs-upsert-per-action 21.00 20.00 ok");
  }

  @Test
  void theBoundItselfIsReached() {
    assertThat(Goal.HOT_INSTANCE_VS_LOCK.isReached(0.5)).isTrue();
    assertThat(Goal.RESTORE_VS_STORE_GET.isReached(2)).isTrue();
  }

  @Test
  void whereLessIsBetterMoreIsShort() {
    assertThat(Goal.HEAP_PER_IDLE_INSTANCE.line(1_092))
        .isEqualTo("RATIO heap-per-idle-instance 1092.00 300.00 short");
    assertThat(Goal.GROWTH_1K_TO_1M.isReached(1.1)).isTrue();
  }

  @Test
  void whatWasNotMeasuredHasNoValueAndNoVerdict() {
    assertThat(Goal.BEHIND_VS_HAZELCAST.missing())
        .isEqualTo("RATIO behind-vs-hazelcast missing 5.00 missing");
  }

  @Test
  void theNamesAreThoseThatTheGoalsWereAgreedUnder() {
    assertThat(Arrays.stream(Goal.values()).map(Goal::title))
        .containsExactly(
            "committed-vs-raw-store",
            "committed-vs-upsert-per-action",
            "committed-shared-vs-upsert-per-action",
            "behind-vs-hazelcast",
            "behind-vs-infinispan",
            "behind-vs-map-compute",
            "hot-instance-vs-lock",
            "heap-per-idle-instance",
            "restore-vs-store-get",
            "websocket-vs-raw-echo",
            "growth-1k-to-1m");
  }
}
