package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.sqlite.SqliteStateStore;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Reading what is not in memory: the 99th percentile in microseconds, by one caller, of the first
 * access of an instance, or of the store's get.
 */
final class ColdReads implements Measured {

  private static final int SEED = 7;
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);

  private final Path file;
  private final boolean throughEngine;
  private final StateModule<Profile> module;
  private final List<Integer> order;
  private final Histogram latencies = new Histogram(LONGEST, 3);

  ColdReads(Path folder, int bytes, int records, boolean throughEngine) {
    this.file = folder.resolve("cold.db");
    this.throughEngine = throughEngine;
    this.module =
        StateModule.define("Profile", Profile.sized(bytes))
            .persist(KeyStrategy.byId())
            .reduce("visit", Profile::visited)
            .build();
    this.order = new ArrayList<>(IntStream.range(0, records).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    fill(records);
  }

  private void fill(int records) {
    try (Holdfast app = Holdfast.open(SqliteStateStore.open(file), module)) {
      List<CompletableFuture<Profile>> acting = new ArrayList<>(records);
      for (int i = 0; i < records; i++) {
        acting.add(app.ref(module, Profile.id(i)).dispatchAsync("visit"));
      }
      acting.forEach(CompletableFuture::join);
    }
  }

  @Override
  public double run(long nanos) {
    latencies.reset();
    StateStore store = SqliteStateStore.open(file);
    try (Holdfast app = Holdfast.open(store, module)) {
      long end = System.nanoTime() + nanos;
      for (int i = 0; i < order.size() && System.nanoTime() < end; i++) {
        String id = Profile.id(order.get(i));
        long begin = System.nanoTime();
        long visits =
            throughEngine
                ? app.ref(module, id).state().visits()
                : store.load(StateKey.keyed(module.name(), id)).isPresent() ? 1 : 0;
        latencies.recordValue(Math.min(LONGEST, System.nanoTime() - begin));
        if (visits != 1) {
          throw new IllegalStateException("A record is not as it was saved");
        }
      }
    }
    return latencies.getValueAtPercentile(99) / 1e3;
  }

  @Override
  public double[] answer(Question question) throws Exception {
    return question == Question.LATENCY
        ? new double[] {
          latencies.getValueAtPercentile(50) / 1e3,
          latencies.getValueAtPercentile(99) / 1e3,
          latencies.getMaxValue() / 1e3
        }
        : Measured.super.answer(question);
  }

  @Override
  public void close() {}
}
