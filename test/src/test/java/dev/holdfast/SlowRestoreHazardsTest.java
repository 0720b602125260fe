package dev.holdfast;

import static dev.holdfast.Lab.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What may happen while the first load takes its time, or never ends (laws R1 and R2). */
class SlowRestoreHazardsTest {

  record Note(String text, int edits) {}

  private static final StateKey KEY = StateKey.session("Note", "@s");

  private final Queue<String> ran = new ConcurrentLinkedQueue<>();
  private final StateModule<Note> notes =
      StateModule.define("Note", new Note("default", 0))
          .persist(KeyStrategy.session())
          .onCreated((ctx, restore) -> ran.add("created with " + ctx.state().text()))
          .reduce(
              "add",
              String.class,
              (n, text) -> {
                ran.add("add to " + n.text());
                return new Note(n.text() + text, n.edits() + 1);
              })
          .build();
  @AutoClose private final Lab lab = Lab.threaded(notes);

  private StateRef<Note> note() {
    return lab.app.session("s").ref(notes);
  }

  @Test
  @DisplayName("H14 R1 actions sent during the load wait for it, behind the hook, and lose nothing")
  void actionsDuringTheLoadRunOnWhatWasLoaded() {
    StateRecord stored = lab.plant(KEY, "{\"text\":\"stored\",\"edits\":4}");
    lab.store.loading().hang(KEY);
    var one = note().dispatchAsync("add", "+1");
    var two = note().dispatchAsync("add", "+2");
    lab.store.loading().awaitHung();

    assertThat(ran).isEmpty();
    assertThat(lab.record(KEY)).isEqualTo(stored);
    lab.store.loading().release();

    assertThat(answer(one)).isEqualTo(new Note("stored+1", 5));
    assertThat(answer(two)).isEqualTo(new Note("stored+1+2", 6));
    assertThat(ran).containsExactly("created with stored", "add to stored", "add to stored+1");
    assertThat(lab.text(KEY)).contains("stored+1+2");
    assertThat(lab.store.loads().stream().filter(KEY::equals)).hasSize(1);
  }

  @Test
  @DisplayName("R1 whoever comes while another session's load is under way waits for it, too")
  void aSecondSessionWaitsForTheLoadOfTheFirst() {
    StateModule<Note> board =
        StateModule.define("Board", new Note("default", 0)).persist(KeyStrategy.global()).build();
    StateKey key = StateKey.global("Board");
    Lab shared = Lab.threaded(board);
    try {
      shared.plant(key, "{\"text\":\"stored\",\"edits\":4}");
      shared.store.loading().hang(key);
      var first = ((Ref<Note>) shared.app.session("a").ref(board)).ready();
      shared.store.loading().awaitHung();
      var second = ((Ref<Note>) shared.app.session("b").ref(board)).ready();
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();

      shared.store.loading().release();
      assertThat(answer(second).visible()).isEqualTo(new Note("stored", 4));
      assertThat(answer(first).visible()).isEqualTo(new Note("stored", 4));
    } finally {
      shared.close();
    }
  }

  @Test
  @DisplayName("H13 a store that never answers: a typed error after the time-out, nothing saved")
  void silentStoreEndsInATypedError() {
    StateRecord stored = lab.plant(KEY, "{\"text\":\"stored\"}");
    lab.store.loading().hang(KEY);
    var one = note().dispatchAsync("add", "+1");
    lab.store.loading().awaitHung();
    lab.clock.advance(Duration.ofMillis(4_999));
    assertThat(one).isNotDone();

    lab.clock.advance(Duration.ofMillis(1));

    assertThatThrownBy(() -> answer(one)).isInstanceOf(LoadException.class);
    assertThat(ran).isEmpty();
    assertThat(lab.record(KEY)).isEqualTo(stored);
    lab.store.loading().release();
    assertThat(answer(note().dispatchAsync("add", "+2")).text()).isEqualTo("stored+2");
    assertThat(ran).containsExactly("created with stored", "add to stored");
  }

  @Test
  @DisplayName("H13 R2 while one key's load hangs, a fresh try and other keys work")
  void hangingLoadHoldsUpNobodyElse() {
    lab.store.loading().hang(KEY);
    var stuck = note().dispatchAsync("add", "+1");
    lab.store.loading().awaitHung();

    assertThat(answer(lab.app.session("other").ref(notes).dispatchAsync("add", "+1")).text())
        .isEqualTo("default+1");
    lab.clock.advance(Duration.ofSeconds(5));
    assertThatThrownBy(() -> answer(stuck)).isInstanceOf(LoadException.class);
  }

  @Test
  @DisplayName("H11 the connection closes during the first load: the record is unchanged")
  void connectionThatClosesDuringTheLoadChangesNothing() {
    SessionConnection first = lab.app.sessions().connect(null);
    StateKey key = StateKey.session("Note", first.session().id());
    StateRecord stored = lab.plant(key, "{\"text\":\"stored\"}");
    lab.store.loading().hang(key);
    var looking = CompletableFuture.supplyAsync(() -> first.session().ref(notes).state());
    Subscription watching = first.session().ref(notes).subscribe(n -> ran.add("told"));
    lab.store.loading().awaitHung();

    watching.close();
    first.close();
    lab.store.loading().release();

    assertThat(answer(looking).text()).isEqualTo("stored");
    lab.clock.advance(Duration.ofMinutes(2));
    lab.restart();
    assertThat(lab.record(key)).isEqualTo(stored);
    assertThat(lab.writesOf(key)).isZero();
    assertThat(ran).doesNotContain("told");
  }

  @Test
  @DisplayName("H23 nothing is shown before the load: no flash of defaults")
  void defaultsAreNeverShownBeforeARestoredState() {
    lab.plant(KEY, "{\"text\":\"stored\"}");
    Queue<Note> seen = new ConcurrentLinkedQueue<>();
    lab.store.loading().hang(KEY);
    var unused = note().subscribe(seen::add);
    var looking = CompletableFuture.supplyAsync(() -> note().state());
    var latest = CompletableFuture.supplyAsync(() -> note().latest());
    lab.store.loading().awaitHung();
    assertThat(looking).isNotDone();
    assertThat(latest).isNotDone();
    lab.store.loading().release();

    assertThat(answer(looking).text()).isEqualTo("stored");
    assertThat(answer(latest).text()).isEqualTo("stored");
    answer(note().dispatchAsync("add", "!"));
    assertThat(seen).noneMatch(n -> n.text().startsWith("default"));
  }

  @Test
  @DisplayName("R2 S6 a runtime that closes during a load saves nothing over the record")
  void closingDuringALoadSavesNothing() {
    StateRecord stored = lab.plant(KEY, "{\"text\":\"stored\"}");
    Lab hasty = lab;
    hasty.store.loading().hang(KEY);
    var add = note().dispatchAsync("add", "+1");
    hasty.store.loading().awaitHung();
    Holdfast closing = hasty.app;
    var closed = CompletableFuture.runAsync(closing::close);
    hasty.clock.advance(Duration.ofSeconds(5));

    assertThatThrownBy(() -> answer(add)).isInstanceOf(HoldfastException.class);
    answer(closed);
    assertThat(hasty.record(KEY)).isEqualTo(stored);
    assertThat(List.copyOf(ran)).isEmpty();
  }
}
