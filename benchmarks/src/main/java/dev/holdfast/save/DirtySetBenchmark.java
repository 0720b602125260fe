package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.time.TimeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Which states have something to save: marked by actions, drained by the saver. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DirtySetBenchmark {

  private static final int STATES = 1_000;

  private final DirtyStates dirty = new DirtyStates(TimeSource.system(), () -> {});
  private final List<Still> states =
      IntStream.range(0, STATES).mapToObj(i -> new Still(StateKey.keyed("M", "id" + i))).toList();

  /** One change of each state between two commits. */
  @Benchmark
  @OperationsPerInvocation(STATES)
  public List<Savable> changedOnce() {
    states.forEach(state -> dirty.changed(state, SavePolicy.committed()));
    return drained();
  }

  /** Ten changes of each: nine find it there. */
  @Benchmark
  @OperationsPerInvocation(STATES * 10)
  public List<Savable> changedTenTimes() {
    for (int i = 0; i < 10; i++) {
      states.forEach(state -> dirty.changed(state, SavePolicy.committed()));
    }
    return drained();
  }

  private List<Savable> drained() {
    List<Savable> drained = dirty.drain();
    dirty.release(drained);
    return drained;
  }

  /** A state of which nothing is ever written. */
  private static final class Still extends Savable {
    private final StateKey key;

    Still(StateKey key) {
      this.key = key;
    }

    @Override
    public StateKey key() {
      return key;
    }

    @Override
    protected WriteBatch.@Nullable Entry prepare() {
      return null;
    }

    @Override
    protected boolean saved(Revision revision) {
      return false;
    }

    @Override
    protected CompletableFuture<Boolean> conflicted(Revision actual) {
      return CompletableFuture.completedFuture(false);
    }

    @Override
    protected boolean isInDoubt() {
      return false;
    }

    @Override
    protected CompletableFuture<Boolean> findOut() {
      return CompletableFuture.completedFuture(false);
    }

    @Override
    protected boolean rejected(String reason) {
      return false;
    }

    @Override
    protected void failed() {}

    @Override
    protected void withdrawn() {}
  }
}
