package dev.holdfast.store;

import org.jspecify.annotations.Nullable;

/**
 * Asks for part of a listing.
 *
 * @param limit the most items to return, 1 to 10,000
 * @param after where to go on, from {@link Page#next()}; null to begin
 */
public record PageRequest(int limit, @Nullable String after) {

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public PageRequest {
    if (limit < 1 || limit > 10_000) {
      throw new IllegalArgumentException("A page holds 1 to 10,000 items, asked for " + limit);
    }
  }

  /** The first page. */
  public static PageRequest first(int limit) {
    return new PageRequest(limit, null);
  }

  /** The page after this one ended. */
  public PageRequest after(String next) {
    return new PageRequest(limit, next);
  }
}
