package dev.holdfast;

import dev.holdfast.store.StateKey;
import org.jspecify.annotations.Nullable;

/** Asks a state for its key. */
final class Keys {

  private Keys() {}

  /**
   * The id that a state names, or null for none.
   *
   * @param session who is asked, too, if the strategy wants to know; null for code without one
   * @throws KeyException if the function throws or gives what cannot be an id
   */
  static <S> @Nullable String of(
      StateModule<S> module,
      KeyStrategy.WithKey<S> strategy,
      S state,
      @Nullable LiveSession session) {
    String id;
    try {
      SessionView view =
          session == null || !strategy.readsSession ? SessionView.NOBODY : session.view();
      id = strategy.function.key(state, view);
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
