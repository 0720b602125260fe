package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Add;
import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long {@link Holdfast#close} blocks is the time source's to say (law S6). */
final class ClosingTest {

  private static final Duration TIMEOUT = Duration.ofHours(1);

  private final Rig rig = new Rig();
  private final StateModule<Box> module = Rig.boxes(SavePolicy.committed());

  /** Time that passes only while somebody blocks, a minute in each moment. */
  private final class Hourglass implements TimeSource {
    final List<Duration> asked = new ArrayList<>();
    private Duration passed = Duration.ZERO;

    @Override
    public Instant instant() {
      return rig.clock.instant();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return rig.clock.schedule(delay, task);
    }

    @Override
    public synchronized Deadline deadline(Duration within) {
      asked.add(within);
      Duration end = passed.plus(within);
      return new Deadline() {
        @Override
        public Duration left() {
          Duration left = end.minus(passed);
          return left.isNegative() ? Duration.ZERO : left;
        }

        @Override
        public void pause() {
          passed = passed.plusMinutes(1);
        }
      };
    }
  }

  @Test
  @DisplayName("hazard 27, S6: an hour of closing over a store that hangs takes no real time")
  void closingBlocksByTheTimeSource() {
    Hourglass time = new Hourglass();
    Holdfast app = rig.threads().clock(time).closeTimeout(TIMEOUT).modules(module).open();
    rig.store.writing().hang();
    var unused = app.ref(module, "a").dispatchAsync("add", new Add(1));
    rig.store.writing().awaitHung();

    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);

    assertThat(time.asked).startsWith(TIMEOUT);
    assertThat(time.passed).isGreaterThanOrEqualTo(TIMEOUT);
    rig.close();
  }

  @Test
  @DisplayName("S6, A7: who waits only for the session's row is answered at the close as well")
  void whoWaitsForTheSessionsRowIsAnswered() {
    StateModule<Box> guests = Rig.boxes().persist(KeyStrategy.withKey(box -> null)).build();
    Holdfast app = rig.threads().modules(guests).open();
    SessionConnection connection = app.sessions().connect(null);
    rig.store.writing().hang();
    var waiting = connection.session().ref(guests).dispatchAsync("increment");
    rig.store.writing().awaitHung();

    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);

    assertThatThrownBy(() -> Rig.answer(waiting)).isInstanceOf(OutcomeUnknownException.class);
    rig.close();
  }

  @Test
  @DisplayName("S6: what waits behind a switch whose load hangs does not run after the close")
  void nothingRunsAfterTheClose() {
    List<String> ran = new CopyOnWriteArrayList<>();
    StateModule<Box> desk =
        Rig.boxes()
            .reduce("become", String.class, (box, name) -> named(ran, box, name))
            .persist(KeyStrategy.withKey(box -> box.text().isEmpty() ? null : box.text()))
            .build();
    Holdfast app = rig.threads().modules(desk).open();
    StateRef<Box> ref = app.session("a session").ref(desk);
    ref.dispatch("nothing");
    rig.store.loading().hang();
    var hanging = ref.dispatchAsync("become", "one");
    var waiting = ref.dispatchAsync("become", "two");
    rig.store.loading().awaitHung();

    app.close();
    rig.clock.advance(Duration.ofSeconds(5));

    assertThatThrownBy(() -> Rig.answer(hanging)).isInstanceOf(LoadException.class);
    assertThatThrownBy(() -> Rig.answer(waiting)).isInstanceOf(ClosedException.class);
    assertThat(ran).doesNotContain("two");
    rig.close();
  }

  @Test
  @DisplayName("R1, S6: a session whose onCreated is refused at the close is shown no state")
  void whoIsNotIntroducedBeforeTheCloseIsShownNothing() {
    StateModule<Box> met =
        Rig.boxes().onCreated((context, restore) -> {}).persist(KeyStrategy.byId()).build();
    Holdfast app = rig.threads().modules(met).open();
    Session session = app.session("a session");
    rig.store.loading().hang(Rig.key("a"));
    var shown = CompletableFuture.supplyAsync(session.ref(met, "a")::state);
    rig.store.loading().awaitHung();

    app.close();

    assertThatThrownBy(() -> Rig.answer(shown))
        .isInstanceOf(LoadException.class)
        .hasRootCauseInstanceOf(ClosedException.class);
    rig.close();
  }

  @Test
  @DisplayName("R1, S6: who waits for a state whose onActivated is refused at the close is told so")
  void whoWaitsForALoadIsAnsweredAtTheClose() {
    StateModule<Box> woken =
        Rig.boxes().onActivated((context, restore) -> {}).persist(KeyStrategy.byId()).build();
    Holdfast app = rig.threads().modules(woken).open();
    rig.store.loading().hang(Rig.key("a"));
    var shown = CompletableFuture.supplyAsync(app.ref(woken, "a")::state);
    rig.store.loading().awaitHung();

    app.close();
    rig.store.loading().release();

    assertThatThrownBy(() -> Rig.answer(shown))
        .isInstanceOf(LoadException.class)
        .hasRootCauseInstanceOf(ClosedException.class);
    rig.close();
  }

  private static Box named(List<String> ran, Box box, String name) {
    ran.add(name);
    return new Box(box.count(), name);
  }
}
