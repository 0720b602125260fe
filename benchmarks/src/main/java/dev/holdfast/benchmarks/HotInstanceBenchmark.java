package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** One instance that everybody acts on, by threads of the system. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotInstanceBenchmark {

  @SuppressWarnings("NullAway.Init") // JMH calls open() first
  private Holdfast app;

  @SuppressWarnings("NullAway.Init")
  private StateRef<Profile> hot;

  /** Brings the instance into memory. */
  @Setup(Level.Trial)
  public void open() {
    StateModule<Profile> module =
        StateModule.define("Hot", Profile.sized(Plan.MAIN_SIZE))
            .persist(
                KeyStrategy.global(),
                p -> p.save(SavePolicy.writeBehind(Duration.ofHours(1), Duration.ofHours(1))))
            .reduce("visit", Profile::visited)
            .build();
    app = Holdfast.open(StateStore.inMemory(), module);
    hot = app.ref(module);
  }

  /** Saves what is left. */
  @TearDown(Level.Trial)
  public void close() {
    app.close();
  }

  /** Nobody else is there. */
  @Benchmark
  @Threads(1)
  public Object callers1() {
    return hot.dispatch("visit");
  }

  /** A few. */
  @Benchmark
  @Threads(8)
  public Object callers8() {
    return hot.dispatch("visit");
  }

  /** A crowd. */
  @Benchmark
  @Threads(64)
  public Object callers64() {
    return hot.dispatch("visit");
  }
}
