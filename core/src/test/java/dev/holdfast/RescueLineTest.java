package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lines of a rescue file: those that were once written stay readable. */
class RescueLineTest {

  private static final StateKey ALICE = StateKey.keyed("Cart", "älice\n");
  private static final StateKey GUEST = StateKey.session("Cart", "9xQmZ2cLw1rT5vYbN7kJ3A");
  private static final Instant AT = Instant.ofEpochMilli(1_790_000_000_000L);

  private static final Put PUT =
      new Put(
          ALICE,
          new Revision(7, 2),
          new StateRecord(
              new Revision(7, 3),
              new WriterMark(-5, 9),
              4,
              AT,
              AT.plusSeconds(60),
              "{\"format\":1,\"state\":{}}".getBytes(StandardCharsets.UTF_8)));

  private static final Put END =
      new Put(
          GUEST,
          new Revision(-8, 3),
          StateRecord.tombstone(new Revision(-8, 4), new WriterMark(6, 3), AT, AT.plusSeconds(600)),
          ALICE,
          true);

  private static String golden(String file) {
    return new String(GoldenFiles.read(file), StandardCharsets.US_ASCII).strip();
  }

  private static void isReadAndWritten(String file, Rescued rescued) {
    assertThat(RescueLine.decode(golden(file))).isEqualTo(rescued);
    assertThat(RescueLine.encode(rescued)).isEqualTo(golden(file));
  }

  @Test
  void aRecordAloneIsReadAndWrittenAsItWasFirst() {
    isReadAndWritten("rescue-line.txt", new Rescued(PUT, List.of()));
  }

  @Test
  @DisplayName("S6 K2: a record with what ends with it comes back whole")
  void aRecordWithAnEndIsReadAndWrittenAsItWasFirst() {
    isReadAndWritten("rescue-line-ends.txt", new Rescued(PUT, List.of(END)));
  }

  @Test
  @DisplayName("E2: a line that can be read no more is of the key it begins with, not of its ends")
  void aDamagedLineIsOfItsOwnKey() {
    String damaged = golden("rescue-line-ends.txt").replaceFirst("^.", "x");
    assertThat(RescueLine.decode(damaged)).isNull();
    assertThat(RescueLine.isOf(ALICE, damaged)).isTrue();
    assertThat(RescueLine.isOf(GUEST, damaged)).isFalse();
  }
}
