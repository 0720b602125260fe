package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.sqlite.SqliteStateStore;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What an instance costs in memory that has acted, is saved and now does nothing: bytes of heap
 * beside the user's state. Nobody holds a reference to it, and its actions' ids have run out.
 */
final class HeapPerInstance implements Measured {

  private static final int WARM = 2_000;
  private static final int COLLECTIONS = 3;

  /** Ids are remembered for ten minutes. */
  private static final Duration IDS_RUN_OUT = Duration.ofMinutes(11);

  /** Time for the sweep, which is on a thread of its own. */
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ShiftedTime time = new ShiftedTime();
  private final StateModule<Profile> module;
  private final Holdfast app;
  private final int instances;
  private int made;

  HeapPerInstance(Path folder, int bytes, int instances) {
    this.instances = instances;
    this.module =
        StateModule.define("Profile", Profile.sized(bytes))
            .persist(KeyStrategy.byId())
            .reduce("visit", Profile::visited)
            .build();
    this.app =
        Holdfast.builder(SqliteStateStore.open(folder.resolve("heap.db")))
            .modules(module)
            .clock(time)
            .passivateAfter(Duration.ofDays(1))
            .open();
    make(WARM);
  }

  @Override
  public double run(long nanos) {
    long before = used();
    make(instances);
    time.pass(IDS_RUN_OUT);
    LockSupport.parkNanos(SWEEP_NANOS);
    long after = used();
    return (after - before) / (double) instances - stateBytes();
  }

  private void make(int more) {
    List<CompletableFuture<Profile>> acting = new ArrayList<>(more);
    for (int i = 0; i < more; i++) {
      StateRef<Profile> ref = app.ref(module, Profile.id(made++));
      acting.add(ref.withActionId("client" + made + ".1").dispatchAsync("visit"));
    }
    acting.forEach(CompletableFuture::join);
  }

  /** Of one state alone: it shares its text with the others. */
  private double stateBytes() {
    Profile first = Profile.sized(1);
    Profile[] states = new Profile[instances];
    long before = used();
    for (int i = 0; i < instances; i++) {
      states[i] = new Profile(i, first.about());
    }
    long after = used();
    if (states[instances - 1].visits() != instances - 1) {
      throw new IllegalStateException("The states have to be there until they are counted");
    }
    return (after - before) / (double) instances;
  }

  private static long used() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public void close() {
    app.close();
  }
}
