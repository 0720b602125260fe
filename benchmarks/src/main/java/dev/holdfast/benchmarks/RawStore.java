package dev.holdfast.benchmarks;

import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult.Saved;
import java.time.Instant;
import java.util.ArrayList;
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
  private final RawRecords records;
  private final Histogram latencies = new Histogram(LONGEST, 3);
  private double[] sizes = {1};
  private int next;

  RawStore(StateStore store, int keys, int bytes) {
    this.store = store;
    this.records = new RawRecords(keys, bytes);
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
      written += write((int) Math.min(sizes[i % sizes.length], records.keys()));
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
      entries.add(records.next((first + i) % records.keys(), now));
    }
    next = (first + size) % records.keys();
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
