package dev.holdfast.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a listing.
 *
 * @param items in the listing's order
 * @param next what to pass as {@link PageRequest#after()} for the next page, or null at the end
 */
public record Page<T>(List<T> items, @Nullable String next) {
  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
  }
}
