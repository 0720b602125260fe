package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.sqlite.SqliteStateStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Callers that each act on one of many instances, and wait for each acknowledgement. */
final class CommittedActions implements Measured {

  private final int callers;
  private final StateModule<Profile> module =
      StateModule.define("Profile", Profile.FIRST)
          .persist(KeyStrategy.byId())
          .reduce("visit", Profile::visited)
          .build();
  private final BatchSizes store;
  private final Holdfast app;
  private final List<StateRef<Profile>> refs = new ArrayList<>();
  private final long[] sent;

  CommittedActions(Path folder, int instances, int callers) {
    this.callers = callers;
    this.sent = new long[callers];
    this.store = new BatchSizes(SqliteStateStore.open(folder.resolve("engine.db")));
    this.app = Holdfast.open(store, module);
    for (int i = 0; i < instances; i++) {
      refs.add(app.ref(module, "profile-" + i));
    }
  }

  /** How large the engine's batches were since the last call. */
  List<Integer> batchSizes() {
    return store.take();
  }

  @Override
  public String name() {
    return "committed actions, %d callers".formatted(callers);
  }

  @Override
  public double run(long nanos) throws InterruptedException {
    LongAdder acknowledged = new LongAdder();
    long begin = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      int me = caller;
      threads.add(Thread.startVirtualThread(() -> act(me, begin + nanos, acknowledged)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return acknowledged.sum() * 1e9 / (System.nanoTime() - begin);
  }

  private void act(int me, long until, LongAdder acknowledged) {
    StateRef<Profile> ref = refs.get(me % refs.size());
    while (System.nanoTime() < until) {
      ref.withActionId("caller" + me + "." + sent[me]++).dispatch("visit");
      acknowledged.increment();
    }
  }

  @Override
  public void close() {
    app.close();
  }
}
