package dev.holdfast.save;

import java.time.Duration;

/**
 * When a change is saved, and what an acknowledgement means.
 *
 * @param kind which of the two
 * @param debounce how long a key is left in peace after its last change before it is saved; zero
 *     under {@link #committed()}
 * @param maxWait the longest that a change waits for its save, however busy the key; zero under
 *     {@link #committed()}
 */
public record SavePolicy(Kind kind, Duration debounce, Duration maxWait) {

  private static final Duration LONGEST = Duration.ofHours(1);

  private static final SavePolicy COMMITTED =
      new SavePolicy(Kind.COMMITTED, Duration.ZERO, Duration.ZERO);

  /** The two ways. */
  public enum Kind {
    /** Acknowledged after the commit. */
    COMMITTED,
    /** Acknowledged at once, saved later. */
    WRITE_BEHIND
  }

  /**
   * Checks the durations.
   *
   * @throws IllegalArgumentException if one is negative, the debounce exceeds maxWait, or maxWait
   *     exceeds an hour
   */
  public SavePolicy {
    if (debounce.isNegative() || debounce.compareTo(maxWait) > 0) {
      throw new IllegalArgumentException(
          "The debounce lies between zero and maxWait, got %s with a maxWait of %s"
              .formatted(debounce, maxWait));
    }
    if (maxWait.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("maxWait is at most an hour, got " + maxWait);
    }
  }

  /**
   * An action is acknowledged, and its change shown to others, after the commit that covers it: a
   * crash loses nothing that anyone was told. The default.
   */
  public static SavePolicy committed() {
    return COMMITTED;
  }

  /**
   * An action is acknowledged and shown at once. A crash can lose the changes of the last {@code
   * maxWait} plus one commit, also when changes never pause.
   */
  public static SavePolicy writeBehind(Duration debounce, Duration maxWait) {
    return new SavePolicy(Kind.WRITE_BEHIND, debounce, maxWait);
  }

  /** Whether an action waits for its commit. */
  public boolean isCommitted() {
    return kind == Kind.COMMITTED;
  }
}
