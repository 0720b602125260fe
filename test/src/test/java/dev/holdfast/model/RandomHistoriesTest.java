package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/**
 * No lost acknowledged action, none doubled, no value of one user in another's record or view,
 * nothing that comes back after its end, nothing shown that was not committed, whatever happens in
 * whatever order.
 *
 * <p>{@code -Dholdfast.model.steps=...} says how many commands are run, and {@code
 * -Dholdfast.model.seed=...} with which seed the first history is drawn. A failure names its seed,
 * and shows the smallest history that still fails.
 */
final class RandomHistoriesTest {

  private static final String STEPS = "holdfast.model.steps";
  private static final int LENGTH = 150;

  @BeforeEach
  void canSchedule() {
    if (!SeededScheduler.isPossible() && System.getProperty(STEPS) == null) {
      throw new TestAbortedException(
          "Give the JVM --add-opens java.base/java.lang=ALL-UNNAMED to run random histories");
    }
  }

  @Test
  @DisplayName("hazards 1-5, 10-14, 25-31, 36-42, 46, 52, 67-76: no random history breaks a law")
  void noHistoryBreaksALaw() {
    int worlds = Math.max(1, Integer.getInteger(STEPS, 20_000) / LENGTH);
    long first = Long.getLong("holdfast.model.seed", 1);
    for (long seed = first; seed < first + worlds; seed++) {
      History history = History.draw(seed, LENGTH);
      World.Outcome outcome = history.run();
      if (outcome.verdict() != null) {
        fail(report(seed, history, outcome));
      }
    }
  }

  private static String report(long seed, History history, World.Outcome outcome) {
    History small = Shrinker.shrink(history, outcome);
    String commands =
        small.commands().stream().map(Object::toString).collect(Collectors.joining("\n  "));
    return "With seed %d, %s%nThe smallest that was found, %s, in %s:%n  %s"
        .formatted(seed, outcome.verdict(), small.run().verdict(), small.plan(), commands);
  }

  @Test
  void aSeedReplaysExactly() {
    for (int seed = 1; seed <= 20; seed++) {
      assertThat(History.draw(seed, LENGTH).run()).isEqualTo(History.draw(seed, LENGTH).run());
    }
  }
}
