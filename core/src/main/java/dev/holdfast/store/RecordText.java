package dev.holdfast.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A record as one string, for stores that keep nothing but values: a line of facts, then the
 * content as it is. The first word is the format's name and version.
 */
final class RecordText {

  private static final String FORMAT = "holdfast1";

  private RecordText() {}

  static String encode(StateRecord record) {
    // Without a locale, the digits would be those of the machine's language.
    return String.format(
        Locale.ROOT,
        "%s %x %d %x %d %d %d %s\n%s",
        FORMAT,
        record.revision().incarnation(),
        record.revision().count(),
        record.writer().writer(),
        record.writer().sequence(),
        record.schemaVersion(),
        record.writtenAt().toEpochMilli(),
        record.dueAt() == null ? "-" : Long.toString(record.dueAt().toEpochMilli()),
        record.text());
  }

  static StateRecord decode(String text, StateKey key) {
    int end = text.indexOf('\n');
    String[] facts = end < 0 ? new String[0] : text.substring(0, end).split(" ", -1);
    if (facts.length != 8 || !facts[0].equals(FORMAT)) {
      throw unreadable(key, null);
    }
    try {
      return new StateRecord(
          new Revision(Long.parseUnsignedLong(facts[1], 16), Long.parseLong(facts[2])),
          new WriterMark(Long.parseUnsignedLong(facts[3], 16), Long.parseLong(facts[4])),
          Integer.parseInt(facts[5]),
          Instant.ofEpochMilli(Long.parseLong(facts[6])),
          facts[7].equals("-") ? null : Instant.ofEpochMilli(Long.parseLong(facts[7])),
          text.substring(end + 1).getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw unreadable(key, e);
    }
  }

  private static StateStoreException unreadable(StateKey key, @Nullable Exception cause) {
    return new StateStoreException(
        "The value of a key of module %s is not a record of format %s; it was left as it is"
            .formatted(key.module(), FORMAT),
        cause);
  }
}
