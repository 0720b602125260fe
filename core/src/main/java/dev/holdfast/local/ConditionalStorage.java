package dev.holdfast.local;

import org.jspecify.annotations.Nullable;

/** Ability of a storage: compares and sets in one step, for everybody who shares it. */
interface ConditionalStorage extends Storage {

  /**
   * Replaces a text, if it is what the caller expects.
   *
   * @param expected null for "no item"
   * @return whether it was; when true, the new text is durable
   */
  boolean replaceItem(String key, @Nullable String expected, String value);
}
