package dev.holdfast.demo;

import org.jspecify.annotations.Nullable;

/** What people may type. */
final class Texts {

  private Texts() {}

  /**
   * The text itself, if it is one.
   *
   * @param what names it in the message
   * @param longest in {@code char}s
   * @throws IllegalArgumentException if it is missing, blank or too long
   */
  static String check(String what, @Nullable String text, int longest) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(what + " is blank");
    }
    if (text.length() > longest) {
      throw new IllegalArgumentException(
          "%s has %d characters; at most %d are taken".formatted(what, text.length(), longest));
    }
    return text;
  }
}
