package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.List;

/**
 * A runtime closed without having saved everything. All else was closed properly. Nobody was told
 * that these changes are durable, unless their module is write-behind.
 */
public final class UnsavedChangesException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final transient List<StateKey> keys;

  UnsavedChangesException(List<StateKey> keys) {
    super(
        "Closed with unsaved changes of %d keys, among them %s"
            .formatted(keys.size(), keys.subList(0, Math.min(keys.size(), 5))),
        null);
    this.keys = List.copyOf(keys);
  }

  /** The keys whose newest changes are not in the store. */
  public List<StateKey> keys() {
    return keys;
  }

  /** {@code unsaved-changes}. */
  @Override
  public String code() {
    return "unsaved-changes";
  }
}
