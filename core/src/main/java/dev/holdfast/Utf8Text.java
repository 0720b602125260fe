package dev.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.io.JsonStringEncoder;

/** Text in UTF-8 that grows at its end. Not thread-safe. */
final class Utf8Text {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_DIGITS = 20;

  private byte[] bytes;
  private int length;

  Utf8Text(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, length);
  }

  Utf8Text add(byte[] text) {
    makeRoom(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
    return this;
  }

  /** Adds a character of ASCII. */
  Utf8Text add(char ascii) {
    makeRoom(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** Adds a number in decimal digits. */
  Utf8Text add(long number) {
    if (number == Long.MIN_VALUE) { // The only one without a positive.
      return add(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
    }
    makeRoom(MOST_DIGITS);
    if (number < 0) {
      bytes[length++] = '-';
    }
    long rest = Math.abs(number);
    int end = length + digits(rest);
    for (int at = end; at-- > length; rest /= 10) {
      bytes[at] = (byte) ('0' + rest % 10);
    }
    length = end;
    return this;
  }

  private static int digits(long positive) {
    int digits = 1;
    for (long rest = positive / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** Adds what stands for a text between the quotes of a JSON string. */
  Utf8Text addQuoted(String text) {
    makeRoom(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
        length -= i;
        return addEscaped(text);
      }
      bytes[length++] = (byte) c;
    }
    return this;
  }

  private Utf8Text addEscaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    JsonStringEncoder.getInstance().quoteAsString(text, escaped);
    return add(escaped.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void makeRoom(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** Puts the lowest 32 bits of a number as eight hexadecimal digits. */
  static void putHex(long number, byte[] target, int at) {
    for (int i = 0; i < 8; i++) {
      target[at + i] = HEX[(int) (number >>> (28 - 4 * i)) & 0xf];
    }
  }
}
