package dev.holdfast.local;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A record as the text of a storage's item, which is JSON: {@code
 * {"holdfast":1,"revision":"4f2a.7","writer":"9b.12","schema":1,"written":1767225600000,"due":null,
 * "record":...}}, with the record's content as it is, and null for a tombstone.
 */
final class ItemText {

  private static final Pattern HEAD =
      Pattern.compile(
          "\\s*\\{\\s*\"holdfast\"\\s*:\\s*1\\s*,"
              + "\\s*\"revision\"\\s*:\\s*\"([0-9a-f]{1,16})\\.([0-9]{1,18})\"\\s*,"
              + "\\s*\"writer\"\\s*:\\s*\"([0-9a-f]{1,16})\\.([0-9]{1,18})\"\\s*,"
              + "\\s*\"schema\"\\s*:\\s*([0-9]{1,9})\\s*,"
              + "\\s*\"written\"\\s*:\\s*(-?[0-9]{1,18})\\s*,"
              + "\\s*\"due\"\\s*:\\s*(null|-?[0-9]{1,18})\\s*,"
              + "\\s*\"record\"\\s*:\\s*");

  private ItemText() {}

  static String encode(StateRecord record) {
    // Without a locale, the digits would be those of the machine's language.
    return String.format(
        Locale.ROOT,
        "{\"holdfast\":1,\"revision\":\"%x.%d\",\"writer\":\"%x.%d\",\"schema\":%d,\"written\":%d,"
            + "\"due\":%s,\"record\":%s}",
        record.revision().incarnation(),
        record.revision().count(),
        record.writer().writer(),
        record.writer().sequence(),
        record.schemaVersion(),
        record.writtenAt().toEpochMilli(),
        record.dueAt() == null ? "null" : Long.toString(record.dueAt().toEpochMilli()),
        record.isTombstone() ? "null" : record.text());
  }

  /**
   * The record of a text. One that was not written here becomes a record that the engine finds
   * unreadable, so that its bytes are kept as any other's (law R3).
   */
  static StateRecord decode(String text) {
    Matcher head = HEAD.matcher(text);
    String end = text.stripTrailing();
    if (!head.lookingAt() || !end.endsWith("}") || end.length() <= head.end()) {
      return foreign(text);
    }
    String content = end.substring(head.end(), end.length() - 1);
    try {
      return new StateRecord(
          new Revision(Long.parseUnsignedLong(head.group(1), 16), Long.parseLong(head.group(2))),
          new WriterMark(Long.parseUnsignedLong(head.group(3), 16), Long.parseLong(head.group(4))),
          Integer.parseInt(head.group(5)),
          Instant.ofEpochMilli(Long.parseLong(head.group(6))),
          head.group(7).equals("null") ? null : Instant.ofEpochMilli(Long.parseLong(head.group(7))),
          content.equals("null") ? new byte[0] : content.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return foreign(text); // Such as a revision of 0.
    }
  }

  private static StateRecord foreign(String text) {
    String content = text.isEmpty() ? " " : text; // Nothing at all would be a tombstone.
    return new StateRecord(
        Revision.first(hash(text)),
        new WriterMark(0, 0),
        1,
        Instant.EPOCH,
        null,
        content.getBytes(StandardCharsets.UTF_8));
  }

  /** Tells texts apart, so that a write after the text has changed is a conflict. */
  private static long hash(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      long hash = java.nio.ByteBuffer.wrap(sum).getLong();
      return hash == 0 ? 1 : hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
