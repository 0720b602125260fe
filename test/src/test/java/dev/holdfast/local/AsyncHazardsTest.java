package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.UnreadableRecordException;
import dev.holdfast.local.Desk.Settings;
import dev.holdfast.local.Desk.User;
import dev.holdfast.local.TestAsyncStorage.Request;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The hazards of the plugin form that a storage shows which answers later. */
class AsyncHazardsTest {

  private static final Settings STORED =
      new Settings(5, "stored", new User(7, "stored@example.com"), java.util.List.of("stored"));

  private final Desk desk = new Desk();
  private final TestAsyncStorage storage = new TestAsyncStorage();

  @BeforeEach
  void store() {
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    Desk.await(state.ready());
    state.update(s -> STORED);
    state.dispose();
  }

  @AfterEach
  void end() {
    storage.byItself();
    desk.close();
  }

  @Test
  @DisplayName("hazard 56, R2: a read that fails is reported and tried again, nothing is written")
  void aFailedReadIsTriedAgain() {
    storage.byHand();
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    storage.read().answer().completeExceptionally(new IllegalStateException("offline"));
    await().until(() -> !desk.problems().isEmpty());
    assertThat(desk.problems().getFirst()).contains("settings").contains("offline");
    state.update(s -> s.withName("early"));
    assertThat(state.hydrated()).isFalse();
    assertThat(storage.hasWrite()).isFalse();

    storage.byItself();
    await()
        .until(
            () -> {
              desk.clock.advance(Duration.ofSeconds(1));
              return state.hydrated();
            });
    assertThat(state.state()).isEqualTo(STORED.withName("early"));
  }

  @Test
  @DisplayName("hazard 56, R3: what can never be read ends ready(), and stays as it is")
  void whatCanNeverBeReadIsSaid() {
    storage.items.put("settings", "not JSON");
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    assertThatThrownBy(() -> Desk.await(state.ready()))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("settings");
    state.update(s -> s.withCount(9));
    assertThatThrownBy(state::flush)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not saved");
    state.dispose();
    assertThat(storage.items).containsEntry("settings", "not JSON");
  }

  @Test
  @DisplayName("hazard 59, S1: one write at a time, the newest state last")
  void writesLandInOrder() {
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    Desk.await(state.ready());
    storage.byHand();
    state.update(s -> s.withCount(1));
    desk.clock.advance(Duration.ofMillis(500));
    storage.answer(storage.read()); // A write looks first.
    Request slow = storage.write();
    state.update(s -> s.withCount(2));
    state.update(s -> s.withCount(3));
    desk.clock.advance(Duration.ofSeconds(1));
    assertThat(storage.hasWrite()).isFalse();
    storage.answer(slow);
    await()
        .until(
            () -> {
              desk.clock.advance(Duration.ofMillis(500));
              return true;
            });
    storage.answer(storage.read());
    Request last = storage.write();
    assertThat(last.value()).contains("\"count\":3");
    storage.answer(last);
    storage.byItself();
    state.flush();
    assertThat(storage.items.get("settings")).contains("\"count\":3");
  }

  @Test
  @DisplayName("hazard 60, R1: a change before the restore wins in its field, the rest is restored")
  void aChangeBeforeTheRestoreWinsInItsField() {
    storage.byHand();
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    assertThat(state.state()).isEqualTo(Settings.NEW);
    state.update(s -> s.withCount(s.count() + 1));
    state.update(s -> s.withUser(s.user().withEmail("early@example.com")));
    state.update(s -> s.withTags("early"));
    assertThat(state.state().count()).isEqualTo(1);

    Request read = storage.read();
    storage.byItself();
    storage.answer(read);
    Desk.await(state.ready());
    Settings merged =
        new Settings(1, "stored", new User(7, "early@example.com"), java.util.List.of("early"));
    assertThat(state.state()).isEqualTo(merged);
    state.dispose();
    LocalState<Settings> again = desk.threaded(p -> p.storage(storage));
    Desk.await(again.ready());
    assertThat(again.state()).isEqualTo(merged);
  }

  @Test
  @DisplayName("hazard 60, R6: without an early change the restore writes nothing")
  void aRestoreWritesNothing() {
    String before = storage.items.get("settings");
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    Desk.await(state.ready());
    assertThat(state.state()).isEqualTo(STORED);
    state.dispose();
    assertThat(storage.items).containsEntry("settings", before);
  }

  @Test
  @DisplayName("S5: a state that is disposed before its restore has ended never writes")
  void disposedBeforeTheRestore() {
    storage.byHand();
    LocalState<Settings> state = desk.threaded(p -> p.storage(storage));
    Request read = storage.read();
    state.update(s -> s.withCount(9));
    state.dispose();
    String before = storage.items.get("settings");
    storage.byItself();
    storage.answer(read);
    assertThatThrownBy(() -> Desk.await(state.ready())).isInstanceOf(IllegalStateException.class);
    assertThat(storage.items).containsEntry("settings", before);
  }
}
