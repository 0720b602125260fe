package dev.holdfast.save;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriterMark;
import dev.holdfast.test.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is written only with another entry of its batch (law K5). */
final class CompanionsTest {

  private static final SavePolicy TOGETHER =
      SavePolicy.writeBehind(Duration.ZERO, Duration.ofMillis(1));
  private static final WriteResult SAVED = new WriteResult.Saved(Revision.first(3));
  private static final WriteResult CONFLICT = new WriteResult.Conflict(Revision.first(7));

  private final ManualClock clock = new ManualClock();
  private final ScriptedStore store = new ScriptedStore();
  private final AutoSaver saver =
      AutoSaver.start("s", store, clock, Runnable::run, new Random(1), new SaveListener() {});
  private final ScriptedState a = new ScriptedState("a");
  private final ScriptedState b = new ScriptedState("b");
  private final List<WriteResult> told = new ArrayList<>();

  private Savable.Companion companion(String id) {
    return companion(id, false);
  }

  private Savable.Companion companion(String id, boolean mutual) {
    byte[] content = "{}".getBytes(StandardCharsets.UTF_8);
    StateRecord record =
        new StateRecord(
            Revision.first(1), new WriterMark(1, 1), 1, ManualClock.START, null, content);
    StateKey key = StateKey.keyed("Scripted", id);
    return new Savable.Companion(
        new WriteBatch.Put(key, Revision.NONE, record, a.key(), mutual), told::add);
  }

  private void saveBoth() {
    saver.changed(a, TOGETHER);
    saver.changed(b, TOGETHER);
    clock.advance(Duration.ZERO);
  }

  @Test
  @DisplayName("K5: a companion goes behind all that stand alone, and is told its own result")
  void goesBehindAllOthers() {
    a.companions.add(companion("x"));
    a.companions.add(companion("y"));
    store.answers =
        batch ->
            ScriptedStore.answerEach(
                batch, id -> id.equals("y") ? CONFLICT : id.equals("x") ? SAVED : saved());
    saveBoth();
    assertThat(store.batches).containsExactly(List.of("a", "b", "x", "y"));
    assertThat(told).containsExactly(SAVED, CONFLICT);
    assertThat(a.told).containsExactly("saved");
  }

  private static WriteResult saved() {
    return new WriteResult.Saved(Revision.NONE);
  }

  @Test
  @DisplayName("K5: a companion of what was not saved is told nothing")
  void isToldNothingWithoutItsOwner() {
    a.companions.add(companion("x"));
    store.answers =
        batch -> ScriptedStore.answerEach(batch, id -> id.equals("a") ? CONFLICT : SAVED);
    saveBoth();
    assertThat(told).isEmpty();
    assertThat(b.told).containsExactly("saved");
  }

  @Test
  @DisplayName("S1: a companion whose key is in the batch already is left out, and told nothing")
  void noKeyIsTwiceInABatch() {
    a.companions.add(companion("b"));
    a.companions.add(companion("x"));
    b.companions.add(companion("x"));
    saveBoth();
    assertThat(store.batches).containsExactly(List.of("a", "b", "x"));
    assertThat(told).hasSize(1);
  }

  @Test
  @DisplayName(
      "K2: what needs a companion whose key is in the batch already is not written with it")
  void whatNeedsAKeyThatIsThereIsHeldBack() {
    a.companions.add(companion("x"));
    a.companions.add(companion("b", true));
    saveBoth();
    assertThat(store.batches).containsExactly(List.of("b"));
    assertThat(a.told).containsExactly("conflicted");
    assertThat(told).hasSize(1).allMatch(WriteResult.Conflict.class::isInstance);

    a.companions.removeLast();
    a.settled.complete(true);
    assertThat(store.batches).containsExactly(List.of("b"), List.of("a", "x"));
  }
}
