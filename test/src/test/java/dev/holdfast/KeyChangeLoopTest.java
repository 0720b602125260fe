package dev.holdfast;

import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.save.SavePolicy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hooks that change the key at each key that they come to (laws A7 and K2). */
@Timeout(60)
final class KeyChangeLoopTest {

  /** Each hook run of a session takes it from one user to the next, up to a certain one. */
  private static StateModule<Todos> wandering(AtomicInteger runs, int until) {
    return Todos.builder("Todos", SavePolicy.committed())
        .onCreated(
            (ctx, restore) -> {
              int run = runs.incrementAndGet();
              if (run <= until) {
                ctx.update(state -> state.as(user("u" + run)));
              }
            })
        .build();
  }

  /** Users that the hooks find. */
  private static void plant(Lab lab) {
    for (int i = 1; i < 20; i++) {
      String user = "{\"user\":{\"id\":\"u%d\",\"name\":\"U%d\"}}".formatted(i, i);
      lab.plant(keyOf("u" + i), user);
    }
  }

  private static String userOf(Lab lab, StateModule<Todos> module) {
    Todos state = lab.app.session("s").ref(module).dispatch("add", "mine");
    return state.user() == null ? "nobody" : state.user().id();
  }

  @Test
  @DisplayName("K2: hooks may take a session from key to key eight times")
  void hooksMayChangeTheKeyAFewTimes() {
    AtomicInteger runs = new AtomicInteger();
    StateModule<Todos> module = wandering(runs, 8);
    try (Lab lab = Lab.inline(module)) {
      plant(lab);
      assertThat(userOf(lab, module)).isEqualTo("u8");
      assertThat(runs).hasValue(9);
    }
  }

  @Test
  @DisplayName("A7, K2: a hook that changes the key over and over is stopped, and actions go on")
  void hooksThatLoopAreStopped() {
    AtomicInteger runs = new AtomicInteger();
    StateModule<Todos> module = wandering(runs, 1_000);
    try (Lab lab = Lab.inline(module)) {
      plant(lab);
      assertThat(userOf(lab, module)).isEqualTo("u8");
      assertThat(runs).hasValue(9);
      assertThat(lab.app.session("s").ref(module).dispatch("add", "more").items())
          .containsExactly("mine", "more");
    }
  }
}
