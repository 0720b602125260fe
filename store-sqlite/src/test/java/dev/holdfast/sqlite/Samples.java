package dev.holdfast.sqlite;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.IntStream;

/** Keys, records and batches for tests. */
final class Samples {

  private Samples() {}

  static StateKey key(int number) {
    return StateKey.keyed("Sample", "k" + number);
  }

  static StateRecord record(Revision revision, String json) {
    return new StateRecord(
        revision,
        new WriterMark(1, 1),
        1,
        Instant.EPOCH,
        null,
        json.getBytes(StandardCharsets.UTF_8));
  }

  static Put fresh(int number, String json) {
    return new Put(key(number), Revision.NONE, record(Revision.first(1), json));
  }

  /** First puts of the keys from one number up to another. */
  static WriteBatch fresh(int from, int to, String json) {
    return new WriteBatch(IntStream.range(from, to).<Entry>mapToObj(i -> fresh(i, json)).toList());
  }
}
