package dev.holdfast.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The saver and its dirty states on real threads, with a store that fails and conflicts now and
 * then.
 *
 * <p>Catches what {@code AutoSaverLincheckTest} proves the absence of in small: a change during its
 * own save that stays unsaved, a lost wake-up, a state twice in a batch or in two batches at once.
 */
final class AutoSaverRaceTest {

  private static final int CHANGES = Boolean.getBoolean("holdfast.nightly") ? 1_000_000 : 20_000;
  private static final SavePolicy BEHIND =
      SavePolicy.writeBehind(Duration.ofSeconds(1), Duration.ofSeconds(2));

  private final ManualClock clock = new ManualClock();
  private final CheckingStore store = new CheckingStore();
  private final AutoSaver saver =
      AutoSaver.start("store", store, clock, Runnable::run, new Random(1), new SaveListener() {});
  private final List<CountedState> states =
      Stream.of("a", "b", "c").map(CountedState::new).toList();

  @Test
  @DisplayName("S1, S2, A3: whatever changes while it is saved is saved again")
  void theLastChangeIsSaved() throws Exception {
    List<Callable<Void>> work = IntStream.range(0, 4).mapToObj(this::changing).toList();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (Future<Void> future : threads.invokeAll(work, 20, TimeUnit.MINUTES)) {
        future.get();
      }
    }
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofSeconds(10));
    }
    assertThat(states).allSatisfy(state -> assertThat(state.stored).isEqualTo(state.newest.get()));
    assertThat(states).noneMatch(state -> state.overlapped);
    assertThat(store.doubled).isFalse();
    assertThat(saver.status().waiting()).isZero();
  }

  private Callable<Void> changing(int seed) {
    Random random = new Random(seed);
    return () -> {
      for (int i = 0; i < CHANGES; i++) {
        CountedState state = states.get(random.nextInt(states.size()));
        state.newest.incrementAndGet();
        saver.changed(state, random.nextBoolean() ? SavePolicy.committed() : BEHIND);
        switch (random.nextInt(100)) {
          case 0 -> store.fails.set(true);
          case 1 -> store.conflicts.set(true);
          case 2 -> clock.advance(Duration.ofSeconds(1));
          case 3 -> saver.hurry(state);
          default -> {}
        }
      }
      return null;
    };
  }
}
