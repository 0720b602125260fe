package dev.holdfast.store;

/**
 * Says which write of which life of a key a record is, for optimistic locking. The incarnation is
 * drawn at random when a record is created and stays for its life; the count starts at 1 and rises
 * by one with each write. A record that is erased and created anew therefore never has an old
 * revision again.
 *
 * @param incarnation random and not 0, or 0 in {@link #NONE}
 * @param count from 1, or 0 in {@link #NONE}
 */
public record Revision(long incarnation, long count) {

  /** The revision of a key that has no record. */
  public static final Revision NONE = new Revision(0, 0);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if one part is 0 and the other is not, or the count is
   *     negative
   */
  public Revision {
    if ((incarnation == 0) != (count == 0) || count < 0) {
      throw new IllegalArgumentException(
          "Not a revision: incarnation %d, count %d".formatted(incarnation, count));
    }
  }

  /**
   * The first revision of a new life.
   *
   * @param incarnation random, not 0
   */
  public static Revision first(long incarnation) {
    return new Revision(incarnation, 1);
  }

  /**
   * The revision that the next write of this life has.
   *
   * @throws IllegalStateException on {@link #NONE}: a life begins with {@link #first}
   */
  public Revision next() {
    if (isNone()) {
      throw new IllegalStateException("No life to go on with: begin one with Revision.first");
    }
    return new Revision(incarnation, count + 1);
  }

  /** Whether there is no record. */
  public boolean isNone() {
    return count == 0;
  }

  /**
   * The form that messages and adapters use, such as {@code 4f2a.7}; {@code none} without a record.
   */
  @Override
  public String toString() {
    return isNone() ? "none" : Long.toHexString(incarnation) + "." + count;
  }
}
