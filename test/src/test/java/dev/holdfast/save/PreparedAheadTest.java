package dev.holdfast.save;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriterMark;
import dev.holdfast.test.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * While a batch is written, the next one is prepared (laws S1, S3 and A3). Tasks run in place, so
 * that whatever changes during a write is looked at during that write, too.
 *
 * <p>Each was seen to fail without what it is about: a state drained although it is out; a batch
 * written after the one before it had failed, suspected with it, put behind others or forgotten;
 * entries that go with others prepared beside a write; preparing ahead while the store fails or the
 * saver closes.
 */
final class PreparedAheadTest {

  private static final SavePolicy COMMITTED = SavePolicy.committed();
  private static final SavePolicy TOGETHER = SavePolicy.writeBehind(Duration.ZERO, ofMillis(1));

  private final ManualClock clock = new ManualClock();
  private final ScriptedStore store = new ScriptedStore();
  private final List<String> news = new ArrayList<>();
  private final AutoSaver saver =
      AutoSaver.start("main", store, clock, Runnable::run, new Random(1), new Noting(news));

  /** What was prepared and written, in order. */
  private final List<String> log = new ArrayList<>();

  private final ScriptedState a = logged("a");
  private final ScriptedState b = logged("b");
  private final ScriptedState c = logged("c");

  private ScriptedState logged(String id) {
    ScriptedState state = new ScriptedState(id);
    state.gives =
        () -> {
          log.add("prepare " + id);
          return state.entry;
        };
    return state;
  }

  private void change(ScriptedState... states) {
    List.of(states).forEach(state -> saver.changed(state, COMMITTED));
  }

  private void saveTogether(List<ScriptedState> states) {
    states.forEach(state -> saver.changed(state, TOGETHER));
    clock.advance(Duration.ZERO);
  }

  /** Does something during the n-th write, from 1, and answers as the store did before. */
  private void during(int n, Runnable meanwhile) {
    var answers = store.answers;
    store.answers =
        batch -> {
          log.add("write " + ScriptedStore.ids(batch));
          if (store.batches.size() == n) {
            meanwhile.run();
            log.add("written");
          }
          return answers.apply(batch);
        };
  }

  private static Savable.Companion companion(String id, ScriptedState owner) {
    byte[] content = "{}".getBytes(StandardCharsets.UTF_8);
    StateRecord record =
        new StateRecord(
            Revision.first(1), new WriterMark(1, 1), 1, ManualClock.START, null, content);
    return new Savable.Companion(
        new WriteBatch.Put(new ScriptedState(id).key(), Revision.NONE, record, owner.key(), true),
        result -> {});
  }

  @Test
  @DisplayName("S2: what is ready during a write is prepared then, and written right after it")
  void preparesDuringAWrite() {
    during(1, () -> change(b, c));
    change(a);
    assertThat(log)
        .containsExactly(
            "prepare a", "write [a]", "prepare b", "prepare c", "written", "write [b, c]");
    assertThat(List.of(a, b, c)).allSatisfy(s -> assertThat(s.told).containsExactly("saved"));
    assertThat(saver.status().commits()).isEqualTo(2);
  }

  @Test
  @DisplayName("S1: a key that is on its way is not prepared again before its write is settled")
  void onlyOneWriteOfAKey() {
    a.more = true;
    during(
        1,
        () -> {
          change(a, b);
          saver.hurry(a);
          change(b);
        });
    change(a);
    assertThat(log)
        .containsExactly(
            "prepare a",
            "write [a]",
            "prepare b",
            "written",
            "prepare a",
            "write [b]",
            "prepare b",
            "write [a]",
            "write [b]");
    assertThat(a.told).containsExactly("saved", "saved");
  }

  @Test
  @DisplayName("A3: the commit before tells nobody of the batch that was prepared during it")
  void tellsWhenItsOwnCommitIsThere() {
    during(1, () -> change(b));
    List<List<String>> toldAtWrite = new ArrayList<>();
    var answers = store.answers;
    store.answers =
        batch -> {
          toldAtWrite.add(List.copyOf(b.told));
          return answers.apply(batch);
        };
    change(a);
    assertThat(toldAtWrite).containsExactly(List.of(), List.of());
    assertThat(b.told).containsExactly("saved");
  }

  @Test
  @DisplayName("S3: what was prepared during a write that fails is not written, nor suspected")
  void aFailureWithdrawsWhatWasPrepared() {
    store.answers = ScriptedStore.AWAY;
    during(
        1,
        () -> {
          change(b, c);
          change(a);
          change(c);
        });
    change(a);
    assertThat(store.batches).containsExactly(List.of("a"));
    assertThat(a.told).containsExactly("failed");
    assertThat(List.of(b, c))
        .allSatisfy(state -> assertThat(state.told).containsExactly("withdrawn"))
        .allSatisfy(state -> assertThat(state.company).isEqualTo(Savable.MOST_COMPANY))
        .allSatisfy(state -> assertThat(state.failedAt).isEqualTo(Long.MAX_VALUE))
        .allSatisfy(state -> assertThat(state.failures).isZero());
    assertThat(news).containsExactly("failed [a] 1", "down main");
    assertThat(saver.status().waiting()).isEqualTo(3);
    assertThat(saver.status().inFlight()).isZero();
    store.answers = ScriptedStore::saveAll;
    clock.advance(ofMillis(50));
    assertThat(store.batches).containsExactly(List.of("a"), List.of("b", "c"), List.of("a"));
    assertThat(b.told).containsExactly("withdrawn", "saved");
    assertThat(c.told).containsExactly("withdrawn", "saved");
    assertThat(saver.status().waiting()).isZero();
  }

  @Test
  @DisplayName("S1: states are asked one after the other, be it to prepare or about an outcome")
  void settlesBeforeItPreparesMore() {
    a.whenSaved =
        () -> {
          change(c);
          log.add("a is told");
        };
    during(1, () -> change(b));
    change(a);
    assertThat(log)
        .containsExactly(
            "prepare a",
            "write [a]",
            "prepare b",
            "written",
            "a is told",
            "prepare c",
            "write [b]",
            "write [c]");
  }

  @Test
  @DisplayName(
      "A3: what was written is settled while the next batch is, also one prepared too late")
  void settlesWhileTheNextIsWritten() {
    AutoSaver threaded =
        AutoSaver.start(
            "main",
            store,
            clock,
            task -> Thread.ofPlatform().daemon().start(task),
            new Random(1),
            new Noting(news));
    CountDownLatch prepares = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    a.whenSaved = told::countDown;
    c.whenSaved = done::countDown;
    c.gives =
        () -> {
          prepares.countDown();
          while (threaded.status().committingSince() != null) {
            Thread.onSpinWait(); // until the write of the one before has ended
          }
          return c.entry;
        };
    store.answers =
        batch -> {
          if (ScriptedStore.ids(batch).contains("a")) {
            threaded.changed(c, COMMITTED);
            await(prepares);
          } else {
            await(told);
          }
          return ScriptedStore.saveAll(batch);
        };
    threaded.changed(a, COMMITTED);
    await(done);
    assertThat(c.told).containsExactly("saved");
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new StoreUnavailableException("nobody came");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("S4: a conflict or a rejection of one key leaves what was prepared as it is")
  void oneKeysAnswerWithdrawsNothing() {
    store.answers =
        batch ->
            ScriptedStore.answerEach(
                batch,
                id ->
                    id.equals("a")
                        ? new WriteResult.Conflict(Revision.first(7))
                        : new WriteResult.Saved(Revision.NONE));
    during(1, () -> change(b));
    change(a);
    assertThat(b.told).containsExactly("saved");
    assertThat(a.told).containsExactly("conflicted");
  }

  @Test
  @DisplayName("S3: while a store fails nothing is prepared ahead of its next answer")
  void preparesNothingAheadOfAFailingStore() {
    store.answers = ScriptedStore.AWAY;
    change(a);
    store.answers = ScriptedStore::saveAll;
    during(2, () -> change(b));
    clock.advance(ofMillis(50));
    assertThat(log)
        .containsExactly(
            "prepare a", "prepare a", "write [a]", "written", "prepare b", "write [b]");
  }

  @Test
  @DisplayName("S3: no suspect is prepared while something is written")
  void suspectsGoByThemselves() {
    b.suspect(16);
    during(1, () -> change(b, c));
    change(a);
    assertThat(log)
        .containsExactly(
            "prepare a", "write [a]", "written", "prepare b", "prepare c", "write [b, c]");
  }

  @Test
  @DisplayName("S3: while a suspect is written nothing is prepared ahead")
  void nothingIsPreparedBesideASuspect() {
    a.suspect(16);
    during(1, () -> change(b));
    change(a);
    assertThat(log).containsExactly("prepare a", "write [a]", "written", "prepare b", "write [b]");
  }

  @Test
  @DisplayName("K2 S4: what takes others along is prepared anew once nothing else is on its way")
  void companionsAreNotPreparedAhead() {
    b.companions.add(companion("x", b));
    during(1, () -> change(b, c));
    change(a);
    assertThat(store.batches).containsExactly(List.of("a"), List.of("b", "c", "x"));
    assertThat(b.told).containsExactly("withdrawn", "saved");
    assertThat(c.told).as("prepared with it, or after it").containsExactly("saved");

    store.batches.clear();
    b.companions.clear();
    log.clear();
    change(b);
    assertThat(log).as("ahead again").containsSubsequence("prepare c", "written", "write [c]");
  }

  @Test
  @DisplayName("K2 S4: what takes others along goes next, however much is ready after it")
  void companionsDoNotStarve() {
    b.companions.add(companion("x", b));
    List<ScriptedState> many =
        IntStream.range(0, 20).mapToObj(i -> new ScriptedState("s" + i)).toList();
    store.answers =
        batch -> {
          int n = store.batches.size();
          if (n == 1) {
            change(c, b);
          } else if (n < 20) {
            change(many.get(n));
          }
          return ScriptedStore.saveAll(batch);
        };
    change(a);
    assertThat(store.batches.subList(0, 4))
        .containsExactly(List.of("a"), List.of("c"), List.of("b", "s2", "x"), List.of("s3"));
  }

  @Test
  @DisplayName("K2 S4: while an entry is written that goes with others nothing is prepared ahead")
  void nothingIsPreparedBesideCompanions() {
    ScriptedState x = logged("x");
    a.companions.add(companion("x", a));
    during(1, () -> change(x, b));
    change(a);
    assertThat(log)
        .containsExactly(
            "prepare a", "write [a, x]", "written", "prepare x", "prepare b", "write [x, b]");
  }

  @Test
  @DisplayName("S2: ahead goes what is half as much as is written, so that few wait for much")
  void fewAreNotPreparedAhead() {
    List<ScriptedState> four = IntStream.range(0, 4).mapToObj(i -> logged("s" + i)).toList();
    during(
        1,
        () -> {
          change(a);
          log.add("one is ready");
          change(b);
          change(c);
        });
    saveTogether(four);
    assertThat(log.subList(5, 9))
        .containsExactly("one is ready", "prepare a", "prepare b", "written");
    assertThat(store.batches.subList(1, 3)).containsExactly(List.of("a", "b"), List.of("c"));
  }

  @Test
  @DisplayName("S2: a batch that is prepared ahead takes more in, up to 1,024")
  void theBatchAheadIsBounded() {
    during(1, () -> IntStream.range(0, 1_100).forEach(i -> change(new ScriptedState("s" + i))));
    change(a);
    assertThat(store.batches).extracting(List::size).containsExactly(1, 1_024, 76);
  }

  @Test
  @DisplayName("S6: while the saver closes nothing is prepared ahead, and everything is saved")
  void preparesNothingAheadWhileClosing() {
    saver.changed(a, SavePolicy.writeBehind(ofSeconds(60), ofSeconds(60)));
    during(1, () -> change(b));
    assertThat(saver.close(ofSeconds(5))).isEmpty();
    assertThat(log).containsExactly("prepare a", "write [a]", "written", "prepare b", "write [b]");
  }

  @Test
  @DisplayName(
      "S6, S5: what is prepared when the time of closing is up is unsaved, and never written")
  void whatIsPreparedAtTheCloseIsUnsaved() {
    List<@Nullable Set<Savable>> unsaved = new ArrayList<>();
    during(
        1,
        () -> {
          change(b);
          change(b);
          unsaved.add(saver.close(ofMillis(1)));
        });
    change(a);
    assertThat(unsaved).containsExactly(Set.of(a, b));
    assertThat(news).containsExactly("unsaved [a, b]");
    assertThat(store.batches).containsExactly(List.of("a"));
    assertThat(a.told).containsExactly("saved");
    assertThat(b.told).isEmpty();
  }

  @Test
  @DisplayName("S6, S3: a write that fails after the close takes nothing from what was unsaved")
  void aFailureAfterTheCloseWithdrawsNothing() {
    store.answers = ScriptedStore.AWAY;
    during(
        1,
        () -> {
          change(b);
          assertThat(saver.close(ofMillis(1))).containsExactly(a, b);
        });
    change(a);
    assertThat(a.told).containsExactly("failed");
    assertThat(b.told).isEmpty();
    clock.advance(ofSeconds(10));
    assertThat(store.batches).containsExactly(List.of("a"));
  }
}
