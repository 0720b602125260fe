package dev.holdfast.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The saver and its dirty states on real threads, in many short rounds, with a store that fails and
 * conflicts now and then. After each round everything has to be saved: a later change would hide
 * what an earlier one lost.
 *
 * <p>Catches, each tried on broken code: a state marked clean after it was prepared and not before;
 * a state made ready, or put back, without another look under the lock, so that it is twice in a
 * batch; a second commit while one is under way; a change during an open conflict that is forgotten
 * when that ends; a delayed state that its timer passes over; a batch that is not put back, or
 * nobody who wakes, after a failure. Missed are windows of a few instructions: {@code
 * AutoSaverLincheckTest} finds "nobody commits" said after the lock was given back, and a batch
 * that is drained before the lock is taken; two threads that both look and then both begin a commit
 * were found by neither in its budget.
 */
final class AutoSaverRaceTest {

  private static final int ROUNDS = Boolean.getBoolean("holdfast.nightly") ? 200_000 : 4_000;
  private static final int CHANGES = 6;
  private static final int THREADS = 4;
  private static final SavePolicy BEHIND =
      SavePolicy.writeBehind(Duration.ofSeconds(1), Duration.ofSeconds(2));

  private final ManualClock clock = new ManualClock();
  private final CheckingStore store = new CheckingStore();
  private final AutoSaver saver =
      AutoSaver.start("store", store, clock, Runnable::run, new Random(1), new SaveListener() {});
  private final List<CountedState> states =
      Stream.of("a", "b", "c").map(CountedState::new).toList();

  // Touched between two rounds only.
  private int over;
  private @Nullable AssertionError wrong;

  @Test
  @DisplayName("S1, S2, A3: whatever changes while it is saved is saved again, without a later one")
  void theLastChangeIsSaved() throws Exception {
    store.meanwhile = AutoSaverRaceTest::letOthersRun;
    for (CountedState state : states) {
      state.settlesLater = true;
      state.meanwhile = AutoSaverRaceTest::letOthersRun;
    }
    CyclicBarrier rounds = new CyclicBarrier(THREADS, this::roundIsOver);
    List<Callable<Void>> work =
        IntStream.range(0, THREADS).mapToObj(seed -> changing(seed, rounds)).toList();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Void>> ends = threads.invokeAll(work, 20, TimeUnit.MINUTES);
      if (wrong != null) {
        throw wrong;
      }
      for (Future<Void> end : ends) {
        end.get();
      }
    }
  }

  /** A third of the time, so that both things happen: changes meanwhile, and none. */
  private static void letOthersRun() {
    if (ThreadLocalRandom.current().nextInt(3) == 0) {
      LockSupport.parkNanos(1);
    }
  }

  private Callable<Void> changing(int seed, CyclicBarrier rounds) {
    Random random = new Random(seed);
    return () -> {
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHANGES; i++) {
          if (isCalm(round)) {
            change(random, SavePolicy.committed());
          } else {
            change(random, random.nextBoolean() ? SavePolicy.committed() : BEHIND);
            disturb(random);
          }
        }
        rounds.await(1, TimeUnit.MINUTES);
      }
      return null;
    };
  }

  /** Nothing goes wrong and no time passes in every other round. */
  private static boolean isCalm(int round) {
    return round % 2 == 0;
  }

  private void change(Random random, SavePolicy policy) {
    CountedState state = states.get(random.nextInt(states.size()));
    state.newest.incrementAndGet();
    saver.changed(state, policy);
  }

  private void disturb(Random random) {
    CountedState state = states.get(random.nextInt(states.size()));
    switch (random.nextInt(12)) {
      case 0 -> store.fails.set(true);
      case 1 -> store.conflicts.set(true);
      case 2 -> clock.advance(Duration.ofSeconds(1));
      case 3 -> saver.hurry(state);
      case 4 -> state.settle(random.nextBoolean());
      default -> {}
    }
  }

  private void roundIsOver() {
    try {
      settle();
      check();
    } catch (AssertionError e) {
      wrong = e;
      throw e;
    }
  }

  private void settle() {
    if (!isCalm(over++)) {
      store.fails.set(false);
      store.conflicts.set(false);
      states.forEach(state -> state.settle(true));
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofSeconds(10));
      }
    }
  }

  private void check() {
    assertThat(states)
        .allSatisfy(state -> assertThat(state.stored).isEqualTo(state.newest.get()))
        .noneMatch(state -> state.overlapped);
    assertThat(store.doubled).isFalse();
    assertThat(saver.status().waiting()).isZero();
  }
}
