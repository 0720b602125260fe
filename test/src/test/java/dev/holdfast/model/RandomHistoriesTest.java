package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
 * -Dholdfast.model.seed=...} with which seed the first history is drawn. A failure names the seeds
 * that fail, at most 10, and shows the smallest history that still fails of the first.
 */
final class RandomHistoriesTest {

  private static final String STEPS = "holdfast.model.steps";
  private static final int LENGTH = 150;

  /** With so many that fail, no more are looked for. */
  private static final int MAX_FOUND = 10;

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
    SortedMap<Long, World.Outcome> found = new TreeMap<>();
    for (long seed = first; seed < first + worlds && found.size() < MAX_FOUND; seed++) {
      World.Outcome outcome = History.draw(seed, LENGTH).run();
      if (outcome.verdict() != null) {
        found.put(seed, outcome);
      }
    }
    if (!found.isEmpty()) {
      fail(report(found));
    }
  }

  private static String report(SortedMap<Long, World.Outcome> found) {
    String all =
        found.entrySet().stream()
            .map(each -> "With seed %d, %s%n".formatted(each.getKey(), each.getValue().verdict()))
            .collect(Collectors.joining());
    Map.Entry<Long, World.Outcome> first = found.entrySet().iterator().next();
    History small = Shrinker.shrink(History.draw(first.getKey(), LENGTH), first.getValue());
    String commands =
        small.commands().stream().map(Object::toString).collect(Collectors.joining("\n  "));
    return "%sThe smallest that was found of the first, %s, in %s:%n  %s"
        .formatted(all, small.run().verdict(), small.plan(), commands);
  }

  @Test
  void aSeedReplaysExactly() {
    for (int seed = 1; seed <= 20; seed++) {
      assertThat(History.draw(seed, LENGTH).run()).isEqualTo(History.draw(seed, LENGTH).run());
    }
  }
}
