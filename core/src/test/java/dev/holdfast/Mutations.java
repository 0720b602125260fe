package dev.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes bytes the way damage, editors and attackers do. */
final class Mutations {

  private static final List<String> WORDS =
      List.of(
          "null",
          "true",
          "{}",
          "[]",
          "\"\"",
          "0",
          "-0.0",
          "1e400",
          "7.5",
          "-1",
          "9999999999999999999",
          "\"7\"",
          "\"@type\":\"On\",",
          "\"@class\":\"java.lang.Runtime\",",
          "\"__proto__\":{},",
          "\"title\":1,",
          "\"title\":",
          "\"name\":\"n\",",
          "\"times\":7,",
          "\"lines\":{}",
          "\"x\":[{\"y\":1}],",
          "\"format\":2,",
          "\"state\":{},",
          "\"crc\":\"00000000\",",
          "\u0000",
          "\\u0000",
          "\\ud800",
          "\u00ff",
          "{\"parts\":[",
          "NaN",
          "\"Infinity\"",
          ",",
          ":",
          "}",
          "{",
          "[",
          "]",
          "\"",
          "\\");

  private Mutations() {}

  /** One of the seeds, changed in 0 to 4 places. */
  static byte[] of(List<byte[]> seeds, Random random) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int changes = random.nextInt(5); changes > 0; changes--) {
      bytes = change(bytes, seeds, random);
    }
    return bytes;
  }

  private static byte[] change(byte[] bytes, List<byte[]> seeds, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(12));
    return switch (random.nextInt(9)) {
      case 0, 1 -> flipped(bytes, random);
      case 2 -> spliced(bytes, at, to, new byte[0]);
      case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      case 4 -> Arrays.copyOf(bytes, at);
      case 5 -> spliced(bytes, at, at, word(random));
      case 6 -> spliced(bytes, at, to, word(random));
      case 7 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length);
        yield spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
      default -> spliced(bytes, at, at, nested(random));
    };
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] nested(Random random) {
    int deep = random.nextInt(50) == 0 ? 20_000 : 3;
    return "{\"parts\":[".repeat(deep).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    byte[] result = Arrays.copyOf(bytes, from + middle.length + bytes.length - to);
    System.arraycopy(middle, 0, result, from, middle.length);
    System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
    return result;
  }
}
