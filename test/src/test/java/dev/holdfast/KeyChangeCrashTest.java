package dev.holdfast;

import static dev.holdfast.Todos.guestKey;
import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A crash at every write of a story of carts, log-ins and log-outs, and all sent again (law A6).
 */
class KeyChangeCrashTest {

  private static final String ALICES =
      "{\"user\":{\"id\":\"alice\",\"name\":\"ALICE\"},\"items\":[\"stored\"],\"theme\":\"light\",\"edits\":1}";

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final SavePolicy BEHIND = SavePolicy.writeBehind(SECOND, SECOND);

  static Stream<StateModule<Todos>> modules() {
    return Stream.of(
        Todos.builder("Todos", p -> p.onAdopt(Todos::joined)).build(),
        Todos.builder("Todos", p -> p.onAdopt(Todos::joined).save(BEHIND)).build(),
        Todos.guests(p -> p.onAdopt(Todos::joined)).build(),
        Todos.guests(p -> p.onAdopt(Todos::joined).save(BEHIND)).build());
  }

  private static CompletableFuture<?> tell(Lab lab, StateModule<Todos> module) {
    var session = lab.app.session("s").ref(module);
    return CompletableFuture.allOf(
        session.withActionId("tab.1").dispatchAsync("add", "cart 1"),
        session.withActionId("tab.2").dispatchAsync("add", "cart 2"),
        session.withActionId("tab.3").dispatchAsync("login", user("alice")),
        session.withActionId("tab.4").dispatchAsync("add", "alice's"),
        session.withActionId("tab.5").dispatchAsync("logout"),
        session.withActionId("tab.6").dispatchAsync("add", "cart 3"),
        session.withActionId("tab.7").dispatchAsync("login", user("bob")),
        session.withActionId("tab.8").dispatchAsync("add", "bob's"));
  }

  @ParameterizedTest
  @MethodSource("modules")
  @DisplayName("H69 A6 K5 a crash before or after any write, and all sent again: each once")
  void eachOnceWhereverItCrashes(StateModule<Todos> module) {
    int writes = writesOfTheStory(module);
    assertThat(writes).isGreaterThan(5);
    for (int crash = 0; crash < writes; crash++) {
      crashAt(module, crash, true);
      crashAt(module, crash, false);
    }
  }

  private static int writesOfTheStory(StateModule<Todos> module) {
    try (Lab lab = Lab.inline(module)) {
      lab.plant(keyOf("alice"), ALICES);
      Lab.answer(tell(lab, module));
      isTold(lab, module, "without a crash");
      return lab.store.writes().size();
    }
  }

  private static void crashAt(StateModule<Todos> module, int write, boolean before) {
    try (Lab lab = Lab.inline(module)) {
      lab.plant(keyOf("alice"), ALICES);
      AtomicInteger arrived = new AtomicInteger();
      lab.store.beforeWrite(
          batch -> {
            int now = arrived.getAndIncrement();
            if (now == write && !before) {
              lab.store.loseNextReplies(1);
            } else if (now >= write) {
              throw new StoreUnavailableException("The program has crashed");
            }
          });
      assertThat(tell(lab, module)).as("write %d", write).isNotDone();
      lab.store.beforeWrite(batch -> {});
      Holdfast crashed = lab.app;
      lab.app = lab.open();
      assertThat(crashed).isNotSameAs(lab.app);
      for (int sending = 0; sending < 2; sending++) {
        Lab.answer(tell(lab, module));
        isTold(lab, module, "a crash %s write %d".formatted(before ? "before" : "after", write));
      }
    }
  }

  private static void isTold(Lab lab, StateModule<Todos> module, String when) {
    Todos bobs = lab.app.session("s").ref(module).state();
    assertThat(bobs).as(when).isEqualTo(new Todos(user("bob"), bobs.items(), "light", 2));
    assertThat(bobs.items()).as(when).containsExactly("cart 3", "bob's");
    assertThat(lab.app.ref(module, "alice").state().items())
        .as(when)
        .containsExactly("stored", "cart 1", "cart 2", "alice's");
    assertThat(lab.record(guestKey("s"))).as(when).isNull();
  }
}
