package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The ceiling: one thread that writes records encoded beforehand, in the batch sizes that the
 * engine had just before.
 */
final class RawStore implements Measured {

  private static final long LONGEST = TimeUnit.MINUTES.toMicros(1);

  private final StateStore store;
  private final Revision[] revisions;
  private final byte[] content;
  private final Histogram latencies = new Histogram(LONGEST, 3);
  private double[] sizes = {1};
  private int next;

  RawStore(StateStore store, int keys, int bytes) {
    this.store = store;
    this.revisions = new Revision[keys];
    Arrays.fill(revisions, Revision.NONE);
    // As long as the engine's, ids included.
    this.content =
        ("{\"format\":2,\"crc\":\"00000000\",\"ids\":{\"/1a2b3c-123\":[123456,-1,1790000000000]},"
                + "\"state\":{\"visits\":123456,\"about\":\"%s\"}}")
            .formatted(Profile.sized(bytes).about())
            .getBytes(UTF_8);
  }

  @Override
  public void follow(double[] batches) {
    sizes = batches.length == 0 ? new double[] {1} : batches;
  }

  @Override
  public double run(long nanos) {
    latencies.reset();
    long begin = System.nanoTime();
    long written = 0;
    long now = begin;
    for (int i = 0; i == 0 || now < begin + nanos; i++) {
      written += write((int) Math.min(sizes[i % sizes.length], revisions.length));
      long then = System.nanoTime();
      latencies.recordValue(Math.min(LONGEST, (then - now) / 1_000));
      now = then;
    }
    return written * 1e9 / (System.nanoTime() - begin);
  }

  private int write(int size) {
    List<WriteBatch.Entry> entries = new ArrayList<>(size);
    Instant now = Instant.now();
    int first = next;
    for (int i = 0; i < size; i++) {
      int key = (first + i) % revisions.length;
      Revision before = revisions[key];
      Revision after = before.isNone() ? Revision.first(key + 1) : before.next();
      entries.add(
          new WriteBatch.Put(
              StateKey.keyed("Profile", Profile.id(key)),
              before,
              new StateRecord(after, new WriterMark(1, 1), 1, now, null, content)));
      revisions[key] = after;
    }
    next = (first + size) % revisions.length;
    if (!store.write(new WriteBatch(entries)).stream().allMatch(Saved.class::isInstance)) {
      throw new IllegalStateException("A raw write was not saved");
    }
    return size;
  }

  @Override
  public double[] answer(Question question) throws Exception {
    return question == Question.LATENCY
        ? Latency.figures(latencies)
        : Measured.super.answer(question);
  }

  @Override
  public void close() {
    store.close();
  }
}
