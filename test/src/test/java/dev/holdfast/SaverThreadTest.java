package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SaveListener;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** User's code that belongs to saving and does not come back: the law A7. */
@Timeout(60)
class SaverThreadTest {

  private static final String STUCK = "stuck";

  private final Rig rig = new Rig();
  private volatile boolean over;
  private final AtomicInteger begun = new AtomicInteger();

  @AfterEach
  void close() {
    over = true;
    rig.close();
  }

  private void spin() {
    begun.incrementAndGet();
    while (!over) {
      Thread.onSpinWait();
    }
  }

  /**
   * Lets time pass until there is an answer. Nobody knows here when a timer is set, so it passes in
   * small steps, which other threads have a moment to follow.
   */
  private void passUntil(CompletableFuture<?> answered) {
    Rig.until(
        () -> {
          rig.clock.advance(ofMillis(250));
          var unused =
              answered
                  .handle((value, error) -> true)
                  .completeOnTimeout(false, 50, TimeUnit.MILLISECONDS)
                  .join();
          return answered.isDone();
        });
  }

  /** Writes an older version, and never ends doing so for a text. */
  private StateModule<Box> older(SavePolicy policy) {
    return boxes()
        .persist(
            KeyStrategy.byId(),
            p ->
                p.save(policy)
                    .version(2)
                    .migrate(1, tree -> {})
                    .writes(
                        1,
                        tree -> {
                          if (STUCK.equals(tree.text("text"))) {
                            spin();
                          }
                        }))
        .build();
  }

  @Test
  @DisplayName("A7 a step down that does not come back costs its own record alone")
  void aStepDownThatSpinsIsGivenUp() {
    StateModule<Box> module = older(SavePolicy.committed());
    Holdfast app = rig.threaded(module);
    StateRef<Box> b = app.ref(module, "b");
    assertThat(b.state().count()).isZero();
    CompletableFuture<Box> stuck = app.ref(module, "a").dispatchAsync("write", STUCK);
    Rig.until(() -> begun.get() == 1);
    CompletableFuture<Box> other = b.dispatchAsync("increment");
    assertThat(other).isNotDone();
    passUntil(stuck);
    assertThat(answer(other).count()).isEqualTo(1);
    assertThatThrownBy(() -> answer(stuck))
        .isInstanceOf(StateRejectedException.class)
        .hasMessageContaining("older schema version did not come back within 5 s");
    assertThat(answer(app.ref(module, "a").dispatchAsync("increment"))).isEqualTo(new Box(1, ""));
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("A7 once many steps have not come back, no more are begun, and others are saved")
  void stuckStepsAreCounted() {
    StateModule<Box> module = older(SavePolicy.committed());
    StateModule<Todos> todos = Todos.committed();
    Holdfast app = rig.threaded(module, todos);
    for (int i = 1; i <= 4; i++) {
      int all = i;
      CompletableFuture<Box> stuck = app.ref(module, "a").dispatchAsync("write", STUCK);
      Rig.until(() -> begun.get() == all);
      passUntil(stuck);
      assertThatThrownBy(() -> answer(stuck)).hasMessageContaining("within 5 s");
    }
    assertThatThrownBy(() -> answer(app.ref(module, "b").dispatchAsync("increment")))
        .isInstanceOf(StateRejectedException.class)
        .hasMessageContaining("have not come back");
    var unused = app.session("s").ref(todos).dispatch("add", "x");
  }

  /** Is told of a failure, and does not come back before it may. */
  private static SaveListener blocking(List<String> heard, CountDownLatch held) {
    return new SaveListener() {
      @Override
      public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
        heard.add("failed");
        try {
          held.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }

      @Override
      public void onRecovered() {
        heard.add("recovered");
      }
    };
  }

  private Holdfast listened(SaveListener listener, StateModule<?> module) {
    return rig.open(
        Holdfast.builder(rig.store).clock(rig.clock).listener(listener).modules(module));
  }

  @Test
  @DisplayName(
      "A7 a save listener that does not come back holds up no commit, and is told in order")
  void aListenerThatBlocksHoldsUpNothing() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    List<String> heard = new CopyOnWriteArrayList<>();
    CountDownLatch held = new CountDownLatch(1);
    Holdfast app = listened(blocking(heard, held), module);
    rig.store.writing().failNext(1);
    CompletableFuture<Box> first = app.ref(module, "a").dispatchAsync("increment");
    Rig.until(() -> heard.equals(List.of("failed")));
    passUntil(first);
    assertThat(answer(first).count()).isEqualTo(1);
    assertThat(answer(app.ref(module, "b").dispatchAsync("increment")).count()).isEqualTo(1);
    assertThat(heard).containsExactly("failed");
    held.countDown();
    Rig.until(() -> heard.equals(List.of("failed", "recovered")));
  }

  @Test
  @DisplayName("S6 closing waits until the listener has been told everything")
  void closingWaitsForTheListener() {
    StateModule<Box> module = boxes(SavePolicy.committed());
    List<String> heard = new CopyOnWriteArrayList<>();
    CountDownLatch held = new CountDownLatch(1);
    Holdfast app = listened(blocking(heard, held), module);
    rig.store.writing().failNext(1);
    CompletableFuture<Box> first = app.ref(module, "a").dispatchAsync("increment");
    Rig.until(() -> heard.equals(List.of("failed")));
    passUntil(first);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(app::close);
    assertThatThrownBy(() -> closed.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    held.countDown();
    answer(closed);
    assertThat(heard).containsExactly("failed", "recovered");
  }
}
