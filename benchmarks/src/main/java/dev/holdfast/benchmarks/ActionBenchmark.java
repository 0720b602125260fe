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
import org.openjdk.jmh.annotations.Warmup;

/** An action in memory by one caller: its turn, and nothing of a save. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ActionBenchmark {

  /** A state that actions change in place. */
  static final class Draft {
    long visits;
    String about = "a draft";
  }

  private static final SavePolicy LATER =
      SavePolicy.writeBehind(Duration.ofHours(1), Duration.ofHours(1));

  @SuppressWarnings("NullAway.Init") // JMH calls open() first
  private Holdfast app;

  @SuppressWarnings("NullAway.Init")
  private StateRef<Profile> record;

  @SuppressWarnings("NullAway.Init")
  private StateRef<Draft> draft;

  private long sent;

  /** Brings the instances into memory. */
  @Setup(Level.Trial)
  public void open() {
    StateModule<Profile> records =
        StateModule.define("Record", Profile.sized(Plan.MAIN_SIZE))
            .persist(KeyStrategy.global(), p -> p.save(LATER))
            .reduce("visit", Profile::visited)
            .reduce("nothing", profile -> profile)
            .build();
    StateModule<Draft> drafts =
        StateModule.define("Draft", Draft::new)
            .persist(KeyStrategy.global(), p -> p.save(LATER))
            .onAction("visit", context -> context.state().visits++)
            .build();
    app = Holdfast.open(StateStore.inMemory(), records, drafts);
    record = app.ref(records);
    draft = app.ref(drafts);
  }

  /** Saves what is left. */
  @TearDown(Level.Trial)
  public void close() {
    app.close();
  }

  /** A reducer on a record. */
  @Benchmark
  public Object onRecord() {
    return record.dispatch("visit");
  }

  /** The same with an id, under which it is applied once. */
  @Benchmark
  public Object onRecordWithId() {
    return record.withActionId("c." + ++sent).dispatch("visit");
  }

  /** A handler on a mutable state: on a copy, compared with the state before. */
  @Benchmark
  public Object onMutable() {
    return draft.dispatch("visit");
  }

  /** A reducer that changes nothing. */
  @Benchmark
  public Object thatChangesNothing() {
    return record.dispatch("nothing");
  }
}
