package dev.holdfast;

import dev.holdfast.store.StateKey;
import org.jspecify.annotations.Nullable;

/** Asks a state for its key. */
final class Keys {

  private Keys() {}

  /**
   * The id that a state names, or null for none.
   *
   * @throws KeyException if the function throws or gives what cannot be an id
   */
  static <S> @Nullable String of(StateModule<S> module, KeyStrategy.WithKey<S> strategy, S state) {
    String id;
    try {
      id = strategy.function.key(state);
    } catch (RuntimeException e) {
      throw new KeyException("The key function of module %s threw".formatted(module.name()), e);
    }
    if (id != null) {
      check(module, id);
    }
    return id;
  }

  private static void check(StateModule<?> module, String id) {
    try {
      StateKey.keyed(module.name(), id);
    } catch (IllegalArgumentException e) {
      throw new KeyException(
          "The key function of module %s gave no id: %s".formatted(module.name(), e.getMessage()),
          e);
    }
  }
}
