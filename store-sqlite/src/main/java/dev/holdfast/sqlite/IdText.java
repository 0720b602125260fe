package dev.holdfast.sqlite;

/**
 * Ids as SQLite keeps them: ordinary ones as they are; control characters, unpaired surrogates and
 * the escape character itself as {@code %} and four hexadecimal digits, because SQL functions end
 * at a NUL and UTF-8 has no unpaired surrogates.
 */
final class IdText {

  private static final char ESCAPE = '%';

  private IdText() {}

  static String encode(String id) {
    for (int i = 0; i < id.length(); i++) {
      if (needsEscape(id, i)) {
        return escape(id);
      }
    }
    return id;
  }

  private static String escape(String id) {
    StringBuilder text = new StringBuilder(id.length() + 16);
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (needsEscape(id, i)) {
        text.append(ESCAPE).append(hexDigits(c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static String hexDigits(char c) {
    return Integer.toHexString(0x1_0000 | c).substring(1);
  }

  private static boolean needsEscape(String id, int at) {
    char c = id.charAt(at);
    if (c < ' ' || c == ESCAPE || c == 0x7f) {
      return true;
    }
    if (Character.isHighSurrogate(c)) {
      return at + 1 == id.length() || !Character.isLowSurrogate(id.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(id.charAt(at - 1)));
  }

  /**
   * The id behind its text.
   *
   * @throws IllegalArgumentException if the text was not made by {@link #encode}
   */
  static String decode(String text) {
    if (text.indexOf(ESCAPE) < 0) {
      return text;
    }
    StringBuilder id = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ESCAPE) {
        id.append(c);
      } else if (i + 5 <= text.length()) {
        id.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        throw new IllegalArgumentException("An escape is cut off in: " + text);
      }
    }
    return id.toString();
  }
}
