package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording tells of a runtime, and what it keeps to itself. */
final class FlightRecorderTest {

  private static final Set<String> EVENTS = Set.of("Action", "Commit", "Load", "Conflict");
  private static final StateModule<Rig.Box> BOX = Rig.boxes(SavePolicy.committed());

  @TempDir Path folder;

  @AutoClose private final Rig rig = new Rig();

  /** Records all events of ours while something happens. */
  private List<RecordedEvent> recorded(Runnable task) throws IOException {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      EVENTS.forEach(name -> recording.enable("dev.holdfast." + name).withThreshold(Duration.ZERO));
      recording.start();
      task.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file);
  }

  private static Stream<RecordedEvent> named(String name, List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.holdfast." + name));
  }

  private static RecordedEvent one(String name, List<RecordedEvent> events) {
    List<RecordedEvent> found = named(name, events).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void anActionTellsWhereItsTimeWent() throws IOException {
    Holdfast app = rig.threaded(BOX);
    app.ref(BOX, "a").state();
    List<RecordedEvent> events =
        recorded(
            () -> {
              rig.store.writing().hang();
              var answer = app.ref(BOX, "a").dispatchAsync("increment");
              rig.store.writing().awaitHung().release();
              Rig.answer(answer);
            });
    RecordedEvent action = one("Action", events);
    assertThat(action.getString("module")).isEqualTo("Box");
    assertThat(action.getString("action")).isEqualTo("increment");
    assertThat(action.getString("outcome")).isEqualTo("acknowledged");
    Duration parts =
        action
            .getDuration("queued")
            .plus(action.getDuration("run"))
            .plus(action.getDuration("untilAcknowledged"));
    assertThat(action.getDuration("untilAcknowledged")).isPositive();
    assertThat(parts).isLessThanOrEqualTo(action.getDuration().plusMillis(1));
  }

  @Test
  void aHandlerIsAnActionToo() throws IOException {
    Holdfast app = rig.inline(BOX);
    List<RecordedEvent> events = recorded(() -> app.ref(BOX, "a").dispatch("handle"));
    assertThat(one("Action", events).getString("action")).isEqualTo("handle");
  }

  @Test
  void anActionThatFailedTellsTheTypeOfTheError() throws IOException {
    StateModule<Rig.Box> failing =
        Rig.boxes()
            .persist(KeyStrategy.byId())
            .reduce(
                "fail",
                box -> {
                  throw new IllegalStateException("the content");
                })
            .build();
    Holdfast app = rig.inline(failing);
    List<RecordedEvent> events =
        recorded(
            () ->
                assertThat(app.ref(failing, "a").dispatchAsync("fail")).isCompletedExceptionally());
    assertThat(one("Action", events).getString("outcome")).isEqualTo("ActionFailedException");
    assertThat(one("Action", events).getDuration("run")).isZero();
  }

  @Test
  void aCommitTellsItsSizeAndOutcome() throws IOException {
    Holdfast app = rig.inline(BOX);
    List<RecordedEvent> events =
        recorded(
            () -> {
              rig.store.writing().failNext(1);
              assertThat(app.ref(BOX, "a").dispatchAsync("increment")).isNotDone();
              assertThat(app.ref(BOX, "b").dispatchAsync("increment")).isNotDone();
              rig.store.reject(Rig.key("b"), "too large");
              rig.clock.advance(Duration.ofSeconds(1));
            });
    List<RecordedEvent> commits = named("Commit", events).toList();
    RecordedEvent failed = commits.getFirst();
    assertThat(failed.getString("store")).isEqualTo("FaultyStateStore");
    assertThat(failed.getString("outcome")).isEqualTo("StoreUnavailableException");
    assertThat(failed.getInt("entries")).isEqualTo(1);
    assertThat(failed.getInt("attempt")).isEqualTo(1);
    assertThat(failed.getInt("saved")).isZero();
    RecordedEvent second = commits.get(1);
    assertThat(second.getString("outcome")).isEqualTo("answered");
    assertThat(second.getInt("attempt")).isEqualTo(2);
    assertThat(second.getLong("bytes")).isGreaterThan(20);
    assertThat(commits.stream().mapToInt(commit -> commit.getInt("saved")).sum()).isEqualTo(1);
    assertThat(commits.stream().mapToInt(commit -> commit.getInt("rejected")).sum()).isPositive();
    assertThat(commits).allMatch(commit -> commit.getInt("conflicts") == 0);
  }

  @Test
  void aLoadTellsWhatItFound() throws IOException {
    rig.inline(BOX).ref(BOX, "old").dispatch("increment");
    Holdfast app = rig.inline(BOX);
    rig.store.loading().fail(Rig.key("broken"));
    List<RecordedEvent> events =
        recorded(
            () -> {
              app.ref(BOX, "old").state();
              app.ref(BOX, "new").state();
              var unused = app.ref(BOX, "broken").dispatchAsync("increment");
            });
    List<RecordedEvent> loads = named("Load", events).toList();
    assertThat(loads)
        .extracting(load -> load.getString("outcome"))
        .containsExactly("restored", "nothing stored", "LoadException");
    assertThat(loads).extracting(load -> load.getString("module")).containsOnly("Box");
    assertThat(loads).extracting(load -> load.getLong("revision")).containsExactly(1L, 0L, 0L);
    assertThat(loads.getFirst().getLong("bytes")).isGreaterThan(20);
  }

  @Test
  void aConflictTellsWhatBecameOfTheActions() throws IOException {
    Holdfast app = rig.inline(BOX);
    app.ref(BOX, "a").dispatch("increment");
    StateRecord mine = rig.shared.load(Rig.key("a")).orElseThrow();
    Revision next = mine.revision().next();
    StateRecord theirs =
        new StateRecord(next, new WriterMark(9, 9), 1, mine.writtenAt(), null, mine.content());
    rig.shared.write(WriteBatch.of(new Put(Rig.key("a"), mine.revision(), theirs)));
    List<RecordedEvent> events = recorded(() -> app.ref(BOX, "a").dispatch("increment"));
    RecordedEvent conflict = one("Conflict", events);
    assertThat(conflict.getString("module")).isEqualTo("Box");
    assertThat(conflict.getLong("revision")).isEqualTo(2);
    assertThat(conflict.getLong("lost")).isEqualTo(1);
    assertThat(conflict.getInt("replayed")).isEqualTo(1);
    assertThat(conflict.getInt("stored")).isZero();
    assertThat(conflict.getInt("failed")).isZero();
  }

  @Test
  @DisplayName("hazard 50, N1: no event holds an id, a session or content")
  void nothingOfTheUsersIsRecorded() throws IOException {
    StateModule<Rig.Box> own =
        StateModule.define("Own", new Rig.Box(0, ""))
            .persist(KeyStrategy.session())
            .reduce("write", String.class, (box, text) -> new Rig.Box(1, text))
            .build();
    Holdfast app = rig.inline(BOX, own);
    Session session = app.sessions().connect(null).session();
    List<RecordedEvent> events =
        recorded(
            () -> {
              app.ref(BOX, "secret-id").withActionId("secretclient.1").dispatch("increment");
              session.ref(own).dispatch("write", "secret-text");
              rig.store.loading().fail();
              var unused = app.ref(BOX, "secret-other").dispatchAsync("increment");
            });
    List<String> texts = new ArrayList<>();
    for (RecordedEvent event : events) {
      event
          .getFields()
          .forEach(field -> texts.add(Objects.toString(event.getValue(field.getName()))));
    }
    assertThat(named("Action", events)).hasSize(3);
    assertThat(texts)
        .noneMatch(text -> text.contains("secret"))
        .noneMatch(text -> text.contains(session.id()));
    assertThat(texts.toString().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
  }

  @Test
  void aPlainRecordingHasEveryFailure() throws IOException {
    StateModule<Rig.Box> failing =
        Rig.boxes()
            .persist(KeyStrategy.byId())
            .reduce(
                "fail",
                box -> {
                  throw new IllegalStateException("the content");
                })
            .build();
    Holdfast app = rig.inline(failing);
    app.ref(failing, "a").dispatch("increment");
    Path file = folder.resolve("failures.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.holdfast.Failure");
      recording.enable("dev.holdfast.CommitFailure");
      recording.start();
      assertThat(app.ref(failing, "a").dispatchAsync("fail")).isCompletedExceptionally();
      rig.store.loading().failNext(1);
      assertThat(app.ref(failing, "secret").dispatchAsync("increment")).isCompletedExceptionally();
      rig.store.writing().failNext(1);
      assertThat(app.ref(failing, "a").dispatchAsync("increment")).isNotDone();
      rig.clock.advance(Duration.ofSeconds(1));
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(named("Failure", events))
        .extracting(event -> event.getString("action") + " " + event.getString("outcome"))
        .containsExactlyInAnyOrder(
            "fail ActionFailedException", " LoadException", "increment LoadException");
    assertThat(one("CommitFailure", events).getString("outcome"))
        .isEqualTo("StoreUnavailableException");
    assertThat(events.toString()).doesNotContain("secret").doesNotContain("the content");
  }

  @Test
  void aPlainRecordingKeepsToWhatIsSlow() throws IOException {
    Holdfast app = rig.inline(BOX);
    Path file = folder.resolve("plain.jfr");
    try (Recording recording = new Recording()) {
      EVENTS.forEach(name -> recording.enable("dev.holdfast." + name));
      recording.start();
      app.ref(BOX, "warm").dispatch("increment");
      for (int i = 0; i < 1_000; i++) {
        app.ref(BOX, "a").dispatch("increment");
      }
      recording.stop();
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file)).hasSizeLessThan(100);
  }
}
