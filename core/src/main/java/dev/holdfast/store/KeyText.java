package dev.holdfast.store;

import java.nio.charset.StandardCharsets;

/**
 * Spells a key as one string that no other key has: the three parts, each with every byte but lower
 * letters and digits escaped, between slashes. Unpaired surrogates are escaped by their value.
 */
final class KeyText {

  private KeyText() {}

  static String of(StateKey key) {
    StringBuilder text = new StringBuilder(key.module().length() + key.id().length() + 16);
    escape(key.module(), text);
    text.append('/');
    escape(key.scope().name(), text);
    text.append('/');
    escape(key.id(), text);
    return text.toString();
  }

  private static void escape(String part, StringBuilder text) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        text.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < part.length()
          && Character.isLowSurrogate(part.charAt(i + 1))) {
        bytes(part.substring(i, i + 2), text);
        i++;
      } else if (Character.isSurrogate(c)) {
        text.append("%u").append(Integer.toHexString(c));
      } else {
        bytes(String.valueOf(c), text);
      }
    }
  }

  private static void bytes(String chars, StringBuilder text) {
    for (byte b : chars.getBytes(StandardCharsets.UTF_8)) {
      text.append('%');
      text.append(Character.forDigit(b >> 4 & 0xf, 16));
      text.append(Character.forDigit(b & 0xf, 16));
    }
  }
}
