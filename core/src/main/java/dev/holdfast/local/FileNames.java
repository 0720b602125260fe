package dev.holdfast.local;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Spells a key as a name that every file system takes, and that no other key has: lower letters,
 * digits, {@code -} and {@code _} stand for themselves, every other byte is {@code %} and two hex
 * digits. A long key ends with its hash, behind a {@code %h} that no spelling has.
 */
final class FileNames {

  private static final int LONGEST = 150;

  /** Windows has devices of these names, with any ending. */
  private static final Set<String> DEVICES =
      Set.of(
          "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
          "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

  private FileNames() {}

  static String of(String key) {
    byte[] bytes = bytes(key);
    StringBuilder name = new StringBuilder(bytes.length + 16);
    boolean device = DEVICES.contains(key);
    for (int i = 0; i < bytes.length && name.length() <= LONGEST; i++) {
      spell(bytes[i], device && i == 0, name);
    }
    if (name.length() <= LONGEST) {
      return name.toString();
    }
    name.setLength(60);
    return name.append("%h").append(HexFormat.of().formatHex(hash(bytes))).toString();
  }

  private static void spell(byte b, boolean escape, StringBuilder name) {
    char c = (char) (b & 0xff);
    if (!escape && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
      name.append(c);
    } else {
      name.append('%').append(HexFormat.of().toHexDigits(b));
    }
  }

  /** The key as UTF-8; an unpaired surrogate as UTF-8 would spell it, which no other text has. */
  private static byte[] bytes(String key) {
    if (StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      return key.getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[key.length() * 2 + 1];
    bytes[0] = (byte) 0xff; // No byte of UTF-8: two bytes for each character follow.
    for (int i = 0; i < key.length(); i++) {
      bytes[2 * i + 1] = (byte) (key.charAt(i) >> 8);
      bytes[2 * i + 2] = (byte) key.charAt(i);
    }
    return bytes;
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
