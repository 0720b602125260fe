package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes frames that no decent client sends, the same ones for the same seed. None of them is an
 * action that changes a state.
 */
final class HostileFrames {

  private static final List<String> TEMPLATES =
      List.of(
          "{\"type\":\"hello\"}",
          "{\"type\":\"hello\",\"sessionId\":%s,\"props\":%s}",
          "{\"type\":\"hello\",\"modules\":[%s,{\"module\":%s,\"id\":%s}],\"accept\":%s}",
          "{\"type\":\"subscribeState\",\"extra\":%s}",
          "{\"type\":\"dispatchAction\",\"module\":%s,\"action\":%s,\"payload\":%s}",
          "{\"type\":\"dispatchAction\",\"id\":%s,\"module\":\"\",\"action\":\"stay\",\"payload\":%s}",
          "{\"type\":\"dispatchAction\",\"id\":\"c.%d\",\"module\":\"Counter\",\"action\":\"fail\"}",
          "{\"type\":\"dispatchAction\",\"id\":\"c.1\",\"module\":\"Counter\",\"action\":\"add\",\"payload\":%s}",
          "{\"type\":\"updateState\",\"action\":\"__hypen_bind\",\"state\":{\"count\":%s}}",
          "{\"type\":\"dispatchAction\",\"module\":\"Counter\",\"action\":\"__hypen_bind\",\"payload\":%s}",
          "{\"type\":%s}",
          "[%s,%s]",
          "%s");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-0.0",
          "1e400",
          "99999999999999999999999999",
          "\"\"",
          "\"Counter\"",
          "\"Chat\"",
          "\"no/such~thing\"",
          "\"../../etc/passwd\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"'; drop table records; --\"",
          "[]",
          "{}",
          "[[[[[[]]]]]]",
          "{\"__proto__\":{\"count\":9},\"constructor\":{\"prototype\":{}}}",
          "{\"@class\":\"java.lang.ProcessBuilder\",\"@type\":\"x\"}",
          "{\"by\":\"x\"}",
          "{\"by\":{}}",
          "{\"by\":null,\"by\":null}",
          "[\"java.util.HashMap\",{}]");

  private final Random random;

  HostileFrames(long seed) {
    this.random = new Random(seed);
  }

  /** A message in a frame that is well-formed, so that the next one is read, too. */
  byte[] nextFramed() {
    return frame(0x81, text(), true);
  }

  /** Anything. */
  byte[] next() {
    return switch (random.nextInt(12)) {
      case 0 -> frame(0x80 | random.nextInt(16), noise(random.nextInt(200)), random.nextBoolean());
      case 1 -> frame(0x01, text(), true); // the beginning of a message
      case 2 -> frame(0x80, text(), true); // the end of one
      case 3 -> noise(1 + random.nextInt(20));
      case 4 -> frame(0x89 + random.nextInt(2), noise(random.nextInt(130)), true);
      default -> frame(0x81, text(), true);
    };
  }

  private byte[] text() {
    byte[] text = message().getBytes(UTF_8);
    return switch (random.nextInt(4)) {
      case 0 -> damaged(text);
      case 1 -> Arrays.copyOf(text, random.nextInt(text.length + 1));
      default -> text;
    };
  }

  private String message() {
    return switch (random.nextInt(40)) {
      case 0 -> "[".repeat(random.nextInt(5_000));
      case 1 -> "{\"a\":".repeat(random.nextInt(300)) + "1" + "}".repeat(random.nextInt(300));
      case 2 -> "\"" + "x".repeat(random.nextInt(100_000)) + "\"";
      default -> filled(TEMPLATES.get(random.nextInt(TEMPLATES.size())));
    };
  }

  private String filled(String template) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = template.indexOf('%'); at >= 0; at = template.indexOf('%', from)) {
      text.append(template, from, at);
      boolean number = template.charAt(at + 1) == 'd';
      text.append(number ? String.valueOf(random.nextInt()) : value());
      from = at + 2;
    }
    return text.append(template.substring(from)).toString();
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private byte[] damaged(byte[] text) {
    for (int n = random.nextInt(4); n >= 0 && text.length > 0; n--) {
      text[random.nextInt(text.length)] =
          (byte) random.nextInt(random.nextInt(20) == 0 ? 256 : 128);
    }
    return text;
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /** A frame of RFC 6455. */
  static byte[] frame(int first, byte[] body, boolean masked) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    int mask = masked ? 0x80 : 0;
    frame.write(first);
    if (body.length < 126) {
      frame.write(mask | body.length);
    } else if (body.length < 1 << 16) {
      frame.write(mask | 126);
      frame.write(body.length >> 8);
      frame.write(body.length);
    } else {
      frame.write(mask | 127);
      frame.writeBytes(new byte[4]);
      for (int shift = 24; shift >= 0; shift -= 8) {
        frame.write(body.length >> shift);
      }
    }
    if (masked) {
      frame.writeBytes(new byte[4]);
    }
    frame.writeBytes(body);
    return frame.toByteArray();
  }
}
