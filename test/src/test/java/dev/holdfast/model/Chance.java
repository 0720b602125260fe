package dev.holdfast.model;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is left to chance in the user's code and in the store: whether others go on meanwhile. */
final class Chance {

  private static @Nullable Chance current;

  private final RandomGenerator random;
  private final Set<Integer> ran = new HashSet<>();

  private Chance(RandomGenerator random) {
    this.random = random;
  }

  /** From now on this is what decides. */
  static void begin(RandomGenerator random) {
    current = new Chance(random);
  }

  /** Lets others go on, or not. */
  @SuppressWarnings("ThreadPriorityCheck") // the scheduler is the test's own
  static <T> T pause(T value) {
    Chance now = current;
    if (now != null && Thread.currentThread().isVirtual() && now.random.nextInt(4) == 0) {
      Thread.yield();
    }
    return value;
  }

  /** Whether an action runs for the first time in this world. */
  static boolean isFirstRun(int ticket) {
    Chance now = current;
    return now != null && now.ran.add(ticket);
  }
}
