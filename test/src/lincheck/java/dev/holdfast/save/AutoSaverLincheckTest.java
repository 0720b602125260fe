package dev.holdfast.save;

import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The saver and its dirty states (laws S1, S2, A3), over all interleavings of a few threads.
 *
 * <p>Catches: a change during its own save that stays unsaved, such as when a state is marked clean
 * after it was prepared and not before; a wake-up lost between "nothing is ready" and "nobody
 * commits"; a state that is twice in a batch, or in two batches at once; a delayed state that its
 * timer passes over.
 */
@Param(name = "which", gen = IntGen.class, conf = "0:1")
public final class AutoSaverLincheckTest {

  private static final SavePolicy BEHIND =
      SavePolicy.writeBehind(Duration.ofSeconds(1), Duration.ofSeconds(2));

  private final ManualClock clock = new ManualClock();
  private final CheckingStore store = new CheckingStore();
  private final AutoSaver saver =
      AutoSaver.start("store", store, clock, Runnable::run, new Random(1), new SaveListener() {});
  private final List<CountedState> states = List.of(new CountedState("a"), new CountedState("b"));

  @Operation
  public void change(@Param(name = "which") int which) {
    CountedState state = states.get(which);
    state.newest.incrementAndGet();
    saver.changed(state, SavePolicy.committed());
  }

  @Operation
  public void changeBehind(@Param(name = "which") int which) {
    CountedState state = states.get(which);
    state.newest.incrementAndGet();
    saver.changed(state, BEHIND);
  }

  @Operation
  public void hurry(@Param(name = "which") int which) {
    saver.hurry(states.get(which));
  }

  /** Timers run: the delayed become ready, and a failed commit is tried again. */
  @Operation
  public void timePasses() {
    clock.advance(Duration.ofSeconds(1));
  }

  @Operation
  public void failOnce() {
    store.fails.set(true);
  }

  @Operation
  public void conflictOnce() {
    store.conflicts.set(true);
  }

  /** When all threads have ended and the time of every timer has come, everything is saved. */
  @Validate
  public void everythingIsSaved() {
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofSeconds(10));
    }
    for (CountedState state : states) {
      if (state.stored != state.newest.get()) {
        throw new IllegalStateException(
            "change %d was made, and %d is stored".formatted(state.newest.get(), state.stored));
      }
    }
    if (store.doubled || states.stream().anyMatch(state -> state.overlapped)) {
      throw new IllegalStateException("two writes of a key were in flight");
    }
    if (saver.status().waiting() > 0) {
      throw new IllegalStateException("something waits that is saved");
    }
  }

  @Test
  @Tag("nightly")
  @DisplayName("S1, S2, A3: one write of a key is in flight, and the last change is saved")
  void theLastChangeIsSaved() {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("holdfast.lincheck.iterations", 3))
        .invocationsPerIteration(300)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(0)
        .check(AutoSaverLincheckTest.class);
  }
}
