package dev.holdfast;

import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Asks a module what becomes of a guest's state where something is stored already (law K2). */
final class Adopting {

  private Adopting() {}

  /**
   * What the module's {@code onAdopt} makes of the two.
   *
   * @throws KeyException if it throws, or gives null
   */
  static <S> S merge(StateModule<S> module, BinaryOperator<S> adopt, S guest, S stored) {
    @Nullable S merged;
    try {
      merged = adopt.apply(guest, stored);
    } catch (RuntimeException | StackOverflowError e) {
      throw new KeyException("onAdopt of module %s threw".formatted(module.name()), e);
    }
    if (merged == null) {
      throw new KeyException("onAdopt of module %s gave null".formatted(module.name()));
    }
    return merged;
  }
}
