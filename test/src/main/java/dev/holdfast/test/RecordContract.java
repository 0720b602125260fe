package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link StateStoreContract} on loading and putting single records. */
abstract class RecordContract extends ContractWords {

  @Test
  void nothingIsLoadedWhereNothingWasPut() {
    assertThat(store.load(KEY)).isEmpty();
  }

  @Test
  void everyFieldComesBackAsItWasPut() {
    StateRecord record =
        new StateRecord(
            new Revision(42, 1),
            new WriterMark(9, 3),
            12,
            TIME,
            TIME.plus(Duration.ofDays(30)),
            utf8("{\"count\": 1}"));
    assertThat(put(KEY, Revision.NONE, record)).isEqualTo(new Saved(record.revision()));
    assertLoads(KEY, record);
  }

  @Test
  void extremeNumbersComeBackAsTheyWerePut() {
    StateRecord record =
        new StateRecord(
            new Revision(Long.MIN_VALUE, Long.MAX_VALUE),
            new WriterMark(-1, Long.MAX_VALUE),
            Integer.MAX_VALUE,
            Instant.ofEpochMilli(-1),
            null,
            utf8("{}"));
    put(KEY, Revision.NONE, record);
    assertLoads(KEY, record);
  }

  @Test
  void aDueTimeCanBeTakenAway() {
    StateRecord due = due(Revision.first(1), TIME);
    StateRecord never = record(due.revision().next(), "{}");
    put(KEY, Revision.NONE, due);
    put(KEY, due.revision(), never);
    assertLoads(KEY, never);
  }

  @Test
  void contentComesBackByteForByte() {
    List<String> contents =
        List.of(
            "{\"text\":\"Zoë — 日本語 🙂 \\u0000 \\ud800\"}",
            " { \"spaces\" :\t[ 1 , 2.50 ] }\r\n",
            "\"'; DROP TABLE state; --\"",
            "\u0000 a NUL \u0000",
            "1",
            "holdfast1 1 1 1 1 1 1 -\n{}");
    for (int i = 0; i < contents.size(); i++) {
      StateKey key = StateKey.keyed(MODULE, "content-" + i);
      StateRecord record = record(Revision.first(1), contents.get(i));
      put(key, Revision.NONE, record);
      assertLoads(key, record);
    }
  }

  @Test
  void largeContentComesBackByteForByte() {
    StateRecord ascii = record(Revision.first(1), "\"" + "x".repeat(1 << 20) + "\"");
    StateRecord wide = record(ascii.revision().next(), "\"" + "é日🙂".repeat(1 << 17) + "\"");
    put(KEY, Revision.NONE, ascii);
    assertLoads(KEY, ascii);
    put(KEY, ascii.revision(), wide);
    assertLoads(KEY, wide);
  }

  @Test
  void manyKeysInLargeBatchesAllComeBack() {
    for (int from = 0; from < 5_000; from += 1_000) {
      List<Entry> entries = new ArrayList<>();
      for (int i = from; i < from + 1_000; i++) {
        entries.add(new Put(numbered(i), Revision.NONE, numberedRecord(i)));
      }
      assertThat(store.write(new WriteBatch(entries)))
          .hasSize(1_000)
          .allMatch(Saved.class::isInstance);
    }
    for (int i = 0; i < 5_000; i++) {
      assertLoads(numbered(i), numberedRecord(i));
    }
  }
}
