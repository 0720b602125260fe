package dev.holdfast.model;

import dev.holdfast.store.StateKey;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What is left to chance in the user's code and in the store: whether others go on meanwhile. */
final class Chance {

  private static @Nullable Chance current;

  private final RandomGenerator random;
  private final Consumer<StateKey> expiry;
  private final Set<Integer> ran = new HashSet<>();
  private int hooks;

  private Chance(RandomGenerator random, Consumer<StateKey> expiry) {
    this.random = random;
    this.expiry = expiry;
  }

  /**
   * From now on this is what decides.
   *
   * @param expiry is told which key's hook runs because its time is up
   */
  static void begin(RandomGenerator random, Consumer<StateKey> expiry) {
    current = new Chance(random, expiry);
  }

  /** One in so many. */
  static boolean one(int of) {
    Chance now = current;
    return now != null && now.random.nextInt(of) == 0;
  }

  /** A ticket for what a hook does: below zero, and never the same. */
  static int hookTicket() {
    Chance now = current;
    return now == null ? -1 : --now.hooks;
  }

  /** A key's hook says that its time is up. */
  static void expires(StateKey key) {
    Chance now = current;
    if (now != null) {
      now.expiry.accept(key);
    }
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
