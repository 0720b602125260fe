package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.benchmarks.Measured.Question;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import org.junit.jupiter.api.Test;

final class StoreGrowthTest {

  @Test
  void eachPassWritesEveryRecordOnce() throws Exception {
    StateStore store = StateStore.inMemory();
    try (StoreGrowth growth = new StoreGrowth(store, 10_000, 100)) {
      for (int pass = 1; pass <= 3; pass++) {
        assertThat(growth.run(0)).isPositive();
        for (int key : new int[] {0, 4_999, 9_999}) {
          assertThat(
                  store.load(StateKey.keyed("Profile", Profile.id(key))).orElseThrow().revision())
              .matches(revision -> revision.incarnation() == key + 1)
              .extracting(revision -> revision.count())
              .isEqualTo((long) pass);
        }
      }
      assertThat(growth.answer(Question.TENTHS)).hasSize(10).doesNotContain(0);
      assertThat(growth.answer(Question.LATENCY)).hasSize(3);
    }
  }
}
