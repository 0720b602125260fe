package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Add;
import dev.holdfast.Rig.Box;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** User code that never yields, on every core there is: the law A7. */
@Timeout(60)
class SpinningHandlersTest {

  private final Rig rig = new Rig();
  private final Set<String> spinning = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  private final StateModule<Box> module =
      boxes()
          .onAction(
              "spin",
              ctx -> {
                spinning.add(ctx.id());
                while (!over) {
                  Thread.onSpinWait();
                }
              })
          .persist(KeyStrategy.byId())
          .build();

  @AfterEach
  void close() {
    over = true;
    rig.close();
  }

  /** Occupies every thread that handlers run on. */
  private Map<String, CompletableFuture<Box>> spinOnAllCores(Holdfast app) {
    int cores = Runtime.getRuntime().availableProcessors();
    List<String> ids = IntStream.range(0, 2 * cores).mapToObj(i -> "spin" + i).toList();
    ids.forEach(id -> app.ref(module, id).state());
    Map<String, CompletableFuture<Box>> all = new HashMap<>();
    ids.forEach(id -> all.put(id, elsewhere(() -> app.ref(module, id).dispatch("spin"))));
    Rig.until(() -> spinning.size() >= cores);
    return all;
  }

  /** On a platform thread, as a program without virtual threads would. */
  private static <T> CompletableFuture<T> elsewhere(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, run -> Thread.ofPlatform().daemon().start(run));
  }

  @Test
  @DisplayName("A7 handlers that never yield hold up no answer, no load and no change of the key")
  void othersAreAnswered() {
    StateModule<Todos> todos = Todos.committed();
    Holdfast app = rig.threaded(module, todos);
    app.ref(module, "a").dispatch("increment");
    app.ref(module, "stored").dispatch("add", new Add(7));
    rig.clock.advance(ofSeconds(40));
    rig.clock.advance(ofSeconds(40));
    app.ref(module, "a").dispatch("increment");
    app.session("s").ref(todos).state();
    spinOnAllCores(app);
    assertThat(answer(elsewhere(() -> app.ref(module, "a").dispatch("increment"))).count())
        .isEqualTo(3);
    assertThat(answer(elsewhere(() -> app.ref(module, "stored").state())).count()).isEqualTo(7);
    assertThat(answer(elsewhere(() -> app.ref(module, "stored").dispatch("increment"))).count())
        .isEqualTo(8);
    assertThat(rig.stored("stored")).isEqualTo(8);
    answer(elsewhere(() -> flushed(app.ref(module, "a"))));
  }

  private static boolean flushed(StateRef<Box> ref) {
    ref.flush();
    return true;
  }

  @Test
  @DisplayName("A7 handlers that never yield lose their turns, and their callers are told")
  void theyLoseTheirTurns() {
    Holdfast app = rig.threaded(module);
    Map<String, CompletableFuture<Box>> all = spinOnAllCores(app);
    List<String> begun = List.copyOf(spinning);
    rig.clock.advance(ofSeconds(31));
    for (String id : begun) {
      assertThatThrownBy(() -> answer(Objects.requireNonNull(all.get(id))))
          .isInstanceOf(ActionTimeoutException.class);
    }
  }

  @Test
  @DisplayName("A7 what waits for a core that never comes is answered, and does not run after that")
  void whatIsNotBegunIsAnswered() {
    Holdfast app = rig.threaded(module);
    Map<String, CompletableFuture<Box>> all = spinOnAllCores(app);
    List<String> begun = List.copyOf(spinning);
    String id = begun.getFirst();
    var behind = elsewhere(() -> app.ref(module, id).dispatch("increment"));
    Rig.until(
        () -> {
          rig.clock.advance(ofSeconds(1));
          return behind.isDone();
        });
    assertThatThrownBy(() -> answer(behind))
        .isInstanceOf(ActionTimeoutException.class)
        .hasMessageContaining("did not begin");
    all.values()
        .forEach(
            spun ->
                assertThatThrownBy(() -> answer(spun)).isInstanceOf(ActionTimeoutException.class));
    over = true;
    assertThat(answer(elsewhere(() -> app.ref(module, id).dispatch("increment"))).count())
        .isEqualTo(1);
    for (String each : all.keySet()) {
      answer(elsewhere(() -> app.ref(module, each).dispatch("increment")));
    }
    assertThat(spinning).hasSameElementsAs(begun);
  }

  @Test
  @DisplayName("A7 K5 a session's next action goes on though no core is left for virtual threads")
  void aSessionsNextActionGoesOn() {
    StateModule<Todos> todos = Todos.committed();
    Holdfast app = rig.threaded(module, todos);
    var mine = app.session("s").ref(todos);
    mine.state();
    spinOnAllCores(app);
    for (int i = 1; i <= 3; i++) {
      assertThat(answer(elsewhere(() -> mine.dispatch("add", "tea"))).edits()).isEqualTo(i);
    }
  }
}
