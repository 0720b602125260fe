package dev.holdfast.benchmarks;

import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult.Saved;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A store that grows: the first run writes all records in the order of their keys, and each run
 * after that writes all of them once more, in an order drawn from a seed. A run takes as long as it
 * takes.
 */
final class StoreGrowth implements Measured {

  private static final long LONGEST = TimeUnit.MINUTES.toMicros(1);
  private static final int BATCH = 1_000;
  private static final int TENTHS = 10;

  private final StateStore store;
  private final RawRecords records;
  private final int[] order;
  private final Random random = new Random(1);
  private final Histogram latencies = new Histogram(LONGEST, 3);
  private final double[] tenths = new double[TENTHS];
  private boolean isLoaded;

  /**
   * @param keys how many records, a multiple of 10,000
   */
  StoreGrowth(StateStore store, int keys, int bytes) {
    this.store = store;
    this.records = new RawRecords(keys, bytes);
    this.order = new int[keys];
    for (int i = 0; i < keys; i++) {
      order[i] = i;
    }
  }

  @Override
  public double run(long nanos) {
    latencies.reset();
    if (isLoaded) {
      shuffle();
    }
    isLoaded = true;
    int part = order.length / TENTHS;
    long begin = System.nanoTime();
    for (int tenth = 0; tenth < TENTHS; tenth++) {
      long before = System.nanoTime();
      for (int from = tenth * part; from < (tenth + 1) * part; from += BATCH) {
        write(from);
      }
      tenths[tenth] = part * 1e9 / (System.nanoTime() - before);
    }
    return order.length * 1e9 / (System.nanoTime() - begin);
  }

  private void shuffle() {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int key = order[i];
      order[i] = order[j];
      order[j] = key;
    }
  }

  private void write(int from) {
    List<WriteBatch.Entry> entries = new ArrayList<>(BATCH);
    Instant now = Instant.now();
    for (int i = from; i < from + BATCH; i++) {
      entries.add(records.next(order[i], now));
    }
    long before = System.nanoTime();
    if (!store.write(new WriteBatch(entries)).stream().allMatch(Saved.class::isInstance)) {
      throw new IllegalStateException("A write of a growing store was not saved");
    }
    latencies.recordValue(Math.min(LONGEST, (System.nanoTime() - before) / 1_000));
  }

  @Override
  public double[] answer(Question question) throws Exception {
    return switch (question) {
      case LATENCY -> Latency.figures(latencies);
      case TENTHS -> tenths.clone();
      default -> Measured.super.answer(question);
    };
  }

  @Override
  public void close() {
    store.close();
  }
}
