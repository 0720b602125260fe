package dev.holdfast.save;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.holdfast.store.Revision;
import dev.holdfast.store.WriteResult;
import dev.holdfast.test.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of what is unsaved when the saver closes (law S6). */
final class AutoSaverCloseTest {

  private static final SavePolicy COMMITTED = SavePolicy.committed();

  private final ManualClock clock = new ManualClock();
  private final ScriptedStore store = new ScriptedStore();
  private final List<String> news = new ArrayList<>();
  private final AutoSaver saver =
      AutoSaver.start("main", store, clock, Runnable::run, new Random(1), new Noting(news));
  private final ScriptedState a = new ScriptedState("a");
  private final ScriptedState b = new ScriptedState("b");

  @Test
  @DisplayName("S6: close saves what is delayed, and what it could not save it names")
  void closeNamesWhatItCouldNotSave() {
    saver.changed(a, SavePolicy.writeBehind(ofSeconds(60), ofSeconds(60)));
    assertThat(saver.close(ofSeconds(5))).isEmpty();
    assertThat(a.told).containsExactly("saved");
    assertThat(news).isEmpty();
  }

  @Test
  @DisplayName("S6: close tries again until its time is up, and then nothing is written any more")
  void closeStopsInTheEnd() {
    store.answers = ScriptedStore.AWAY;
    saver.changed(a, COMMITTED);
    assertThat(saver.close(ofMillis(200))).containsExactly(a);
    assertThat(news).endsWith("unsaved [a]");
    int tried = store.batches.size();
    assertThat(tried).isBetween(2, 6);
    clock.advance(ofSeconds(10));
    saver.changed(b, COMMITTED);
    assertThat(store.batches).hasSize(tried);
  }

  @Test
  @DisplayName("S6: close goes on after failures, and is over as soon as everything is saved")
  void closeOutlastsFailures() {
    saver.changed(a, SavePolicy.writeBehind(ofSeconds(60), ofSeconds(60)));
    store.answers =
        batch ->
            store.batches.size() < 4
                ? ScriptedStore.AWAY.apply(batch)
                : ScriptedStore.saveAll(batch);
    Set<Savable> unsaved = assertTimeout(ofSeconds(10), () -> saver.close(ofSeconds(30)));
    assertThat(unsaved).isEmpty();
    assertThat(a.told).containsExactly("failed", "failed", "failed", "saved");
  }

  @Test
  @DisplayName(
      "S6: close waits for the commit that is in flight, and saves what became dirty in it")
  void closeWaitsForTheCommitInFlight() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    AutoSaver threaded =
        AutoSaver.start(
            "main",
            store,
            clock,
            task -> Thread.ofPlatform().daemon().start(task),
            new Random(1),
            new Noting(news));
    threaded.changed(b, SavePolicy.writeBehind(ofSeconds(60), ofSeconds(60)));
    store.answers =
        batch -> {
          begun.countDown();
          while (b.place == Savable.Place.DELAYED) {
            Thread.onSpinWait(); // until close has begun, which hurries it
          }
          LockSupport.parkNanos(ofMillis(20).toNanos()); // close has more to wait for
          return ScriptedStore.saveAll(batch);
        };
    threaded.changed(a, COMMITTED);
    begun.await();
    Set<Savable> unsaved = assertTimeout(ofSeconds(10), () -> threaded.close(ofSeconds(30)));
    assertThat(unsaved).isEmpty();
    assertThat(store.batches).containsExactly(List.of("a"), List.of("b"));
  }

  @Test
  @DisplayName("S6: what the store rejects and what stays to be saved is named as unsaved")
  void closeNamesWhatIsRejected() {
    a.stays = true;
    store.answers = batch -> List.of(new WriteResult.Rejected("full"));
    saver.changed(a, COMMITTED);
    assertThat(saver.close(ofMillis(200))).containsExactly(a);
    assertThat(news).endsWith("unsaved [a]");
  }

  @Test
  @DisplayName("S6: a state whose conflict is not settled by then is named as unsaved")
  void closeNamesWhatIsInConflict() {
    store.answers = batch -> List.of(new WriteResult.Conflict(Revision.first(7)));
    saver.changed(a, COMMITTED);
    assertThat(saver.close(ofMillis(20))).containsExactly(a);
  }

  @Test
  @DisplayName(
      "S6: whoever is interrupted while closing stops, keeps the mark, and learns the rest")
  void anInterruptEndsClosing() {
    store.answers = ScriptedStore.AWAY;
    saver.changed(a, COMMITTED);
    Thread.currentThread().interrupt();
    Set<Savable> unsaved = assertTimeout(ofSeconds(10), () -> saver.close(ofSeconds(30)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(unsaved).containsExactly(a);
  }

  @Test
  @DisplayName("S3: no call keeps the lock: each call and each commit has a thread of its own")
  void noCallKeepsTheLock() {
    AutoSaver threaded =
        AutoSaver.start("main", store, clock, Elsewhere::run, new Random(1), new Noting(news));
    store.answers = ScriptedStore.AWAY;
    Elsewhere.run(() -> threaded.changed(a, COMMITTED));
    Elsewhere.run(() -> assertThat(threaded.status().failures()).isEqualTo(1));
    Elsewhere.run(() -> clock.advance(ofMillis(50)));
    store.answers = batch -> List.of(new WriteResult.Conflict(Revision.first(7)));
    Elsewhere.run(() -> clock.advance(ofMillis(200)));
    store.answers = ScriptedStore::saveAll;
    Elsewhere.run(() -> a.settled.complete(true));
    Elsewhere.run(() -> assertThat(a.told).endsWith("conflicted", "saved"));
    Elsewhere.run(() -> threaded.hurry(b));
    store.answers =
        batch ->
            store.batches.size() % 2 == 0
                ? ScriptedStore.AWAY.apply(batch)
                : ScriptedStore.saveAll(batch);
    Elsewhere.run(() -> threaded.changed(b, SavePolicy.writeBehind(ofSeconds(60), ofSeconds(60))));
    Elsewhere.run(() -> assertThat(threaded.close(ofSeconds(4))).isEmpty());
    Elsewhere.run(() -> assertThat(threaded.status().waiting()).isZero());
  }
}
