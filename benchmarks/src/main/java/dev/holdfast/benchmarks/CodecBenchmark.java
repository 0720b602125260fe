package dev.holdfast.benchmarks;

import dev.holdfast.codec.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A state as JSON and back, and what two states differ by. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

  private static final int LARGEST_PATCH = 1 << 16;

  record Message(String from, String text) {}

  record Chat(List<Message> messages, int total) {}

  /** How many messages the state holds. */
  @Param({"10", "200"})
  public int messages;

  private final StateCodec<Chat> codec = StateCodec.of(Chat.class, () -> new Chat(List.of(), 0));

  @SuppressWarnings("NullAway.Init") // JMH calls fill() first
  private Chat before;

  @SuppressWarnings("NullAway.Init")
  private Chat after;

  @SuppressWarnings("NullAway.Init")
  private byte[] json;

  /** Makes the states. */
  @Setup(Level.Trial)
  public void fill() {
    List<Message> all =
        IntStream.range(0, messages)
            .mapToObj(i -> new Message("user" + i % 7, "what I meant to say is " + i))
            .toList();
    before = new Chat(all, all.size());
    List<Message> more = new ArrayList<>(all);
    more.add(new Message("user1", "one more thing"));
    after = new Chat(List.copyOf(more), more.size());
    json = codec.encode(before);
  }

  /** For the record. */
  @Benchmark
  public Object encode() {
    return codec.encode(before);
  }

  /** At a restore, merged into the defaults. */
  @Benchmark
  public Object restore() {
    return codec.restore(json);
  }

  /** For those who watch: one message was added. */
  @Benchmark
  public Object diff() {
    return codec.patch(before, after, LARGEST_PATCH);
  }

  /** Whether an action changed anything: it did, at the end. */
  @Benchmark
  public boolean same() {
    return codec.same(before, after);
  }
}
