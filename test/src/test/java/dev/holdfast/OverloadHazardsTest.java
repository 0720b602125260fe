package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What waits is bounded in bytes: law S3, the limits of S7, and hazards 26, 34 and 57. */
class OverloadHazardsTest {

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(500));
  private static final int MOST = 1 << 20;

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());
  private final StateModule<Box> behind = boxes(BEHIND);

  private Holdfast bounded(StateModule<Box> module) {
    return rig.open(rig.here().modules(module).maxDirtyBytes(MOST));
  }

  private static String text(int length) {
    return "x".repeat(length);
  }

  @Test
  @DisplayName("S3 past the bound actions are refused before they run, and taken again afterwards")
  void refusesActionsBeforeTheyRun() {
    var app = bounded(behind);
    rig.store.writing().fail();
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String id = "k" + i;
      var box = app.ref(behind, id);
      try {
        box.dispatch("write", text(50_000));
        written.add(id);
      } catch (OverloadedException e) {
        assertThat(e).hasMessageContaining("more than 1048576 bytes wait");
        assertThat(box.latest()).isEqualTo(new Box(0, ""));
      }
      rig.clock.advance(ofSeconds(6)); // Each is tried once, and so measured.
    }
    assertThat(written).hasSizeBetween(20, 40);
    assertThat(app.health().dirtyBytes()).isBetween((long) MOST, 2L * MOST);
    assertThat(app.health().isUp()).isFalse();
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(10));
    assertThat(app.health().dirtyBytes()).isZero();
    assertThat(app.health().dirtyKeys()).isZero();
    assertThat(app.health().isUp()).isTrue();
    assertThat(written).allMatch(id -> rig.restarted(id).text().length() == 50_000);
    assertThat(app.ref(behind, "more").dispatch("increment").count()).isEqualTo(1);
  }

  @Test
  @DisplayName("S3 one key has at most an eighth, and others are not refused for it")
  void oneKeyHasAtMostAnEighth() {
    var app = bounded(committed);
    rig.store.writing().fail();
    var hot = app.ref(committed, "hot");
    List<CompletableFuture<Box>> taken = new ArrayList<>();
    CompletableFuture<Box> last = hot.dispatchAsync("increment");
    while (!last.isCompletedExceptionally()) {
      taken.add(last);
      last = hot.dispatchAsync("increment");
    }
    assertThat(Rig.error(last)).isInstanceOf(OverloadedException.class).hasMessageContaining("hot");
    assertThat(app.health().dirtyBytes()).isBetween(MOST / 8L, MOST / 8L + 1_000);
    var other = app.ref(committed, "other").dispatchAsync("increment");
    assertThat(other).isNotDone();
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(5));
    assertThat(other).isCompleted();
    assertThat(taken).allMatch(CompletableFuture::isDone);
    assertThat(rig.stored("hot")).isEqualTo(taken.size());
    assertThat(app.health().dirtyBytes()).isZero();
  }

  @Test
  @DisplayName("S3 large payloads that wait for a load count, and are given back")
  void payloadsThatWaitForALoadCount() {
    var app = rig.open(rig.threads().modules(committed).maxDirtyBytes(MOST));
    rig.store.loading().hang();
    List<CompletableFuture<Box>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(app.ref(committed, "k" + i % 3).dispatchAsync("write", text(50_000)));
    }
    Rig.until(
        () -> waiting.stream().filter(CompletableFuture::isCompletedExceptionally).count() == 79);
    assertThat(app.health().dirtyBytes()).isBetween((long) MOST, MOST + 60_000L);
    rig.store.loading().awaitHung(3);
    rig.clock.advance(ofSeconds(5));
    waiting.forEach(answer -> assertThatThrownBy(() -> answer(answer)).isNotNull());
    Rig.until(() -> app.health().dirtyBytes() == 0);
    rig.store.loading().release();
    assertThat(answer(app.ref(committed, "k0").dispatchAsync("increment")).count()).isEqualTo(1);
  }

  record Letter(String subject, List<String> pages) {}

  @Test
  @DisplayName("S3 large payloads count that wait behind a change of the key, typed ones as well")
  void payloadsThatWaitForAChangeOfTheKeyCount() {
    StateModule<Todos> todos =
        StateModule.define("Todos", Todos.EMPTY)
            .reduce("login", Todos.User.class, Todos::as)
            .reduce("post", Letter.class, (t, letter) -> t.with(letter.subject()))
            .persist(KeyStrategy.withKey(t -> t.user() == null ? null : t.user().id()))
            .build();
    var app = rig.open(rig.threads().modules(todos).maxDirtyBytes(MOST));
    var mine = app.session("s").ref(todos);
    mine.state();
    rig.store.loading().hang(Todos.keyOf("ann"));
    var login = mine.dispatchAsync("login", Todos.user("ann"));
    rig.store.loading().awaitHung();
    List<CompletableFuture<Todos>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(
          mine.dispatchAsync("post", new Letter("s" + i, List.of(text(25_000), text(25_000)))));
    }
    Rig.until(
        () -> waiting.stream().filter(CompletableFuture::isCompletedExceptionally).count() == 79);
    assertThat(app.health().dirtyBytes()).isBetween((long) MOST, MOST + 60_000L);
    rig.store.loading().release();
    answer(login);
    Rig.until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
    Rig.until(() -> app.health().dirtyBytes() == 0);
    long done = waiting.stream().filter(post -> !post.isCompletedExceptionally()).count();
    assertThat(mine.state().items()).hasSize((int) done).isNotEmpty();
  }

  @Test
  @DisplayName("S3 the books are even after conflicts, erases, rejections and time-outs")
  void theBooksAreEven() {
    var app = bounded(committed);
    var other = rig.inline(committed);
    rig.store.reject(key("k3"), "odd");
    for (int round = 0; round < 4; round++) {
      rig.store.writing().failNext(2);
      for (int i = 0; i < 5; i++) {
        assertThat(app.ref(committed, "k" + i).dispatchAsync("increment")).isNotNull();
        assertThat(app.ref(committed, "k" + i).dispatchAsync("handle")).isNotNull();
      }
      rig.clock.advance(ofSeconds(40));
      assertThat(other.ref(committed, "k1").dispatchAsync("increment")).isNotNull();
      rig.store.loseNextReplies(1);
      assertThat(app.ref(committed, "k1").dispatchAsync("increment")).isNotNull();
      rig.clock.advance(ofSeconds(10));
      app.erase(key("k2"));
    }
    rig.clock.advance(ofSeconds(60));
    assertThat(app.health().dirtyBytes()).isZero();
    assertThat(app.health().dirtyKeys()).isZero();
  }

  @Test
  @DisplayName("H26 proof: the store is dead for 60 s under load, and it recovers alone")
  void survivesADeadStoreUnderLoad() {
    var app = bounded(committed);
    int[] applied = new int[50];
    List<CompletableFuture<Box>> answers = new ArrayList<>();
    int refused = 0;
    long most = 0;
    rig.store.writing().fail();
    for (int tick = 0; tick < 600; tick++) {
      for (int i = 0; i < 50; i++) {
        CompletableFuture<Box> answer = app.ref(committed, "k" + i).dispatchAsync("increment");
        if (answer.isCompletedExceptionally()) {
          assertThat(answer.exceptionNow()).isInstanceOf(OverloadedException.class);
          refused++;
        } else {
          applied[i]++;
          answers.add(answer);
        }
      }
      most = Math.max(most, app.health().dirtyBytes());
      rig.clock.advance(ofMillis(100));
    }
    assertThat(app.health().isUp()).isFalse();
    assertThat(refused).isPositive();
    assertThat(most).isBetween((long) MOST, MOST + 10_000L);
    assertThat(rig.store.writes()).hasSizeBetween(12, 60);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(10));
    assertThat(app.health().isUp()).isTrue();
    assertThat(app.health().dirtyBytes()).isZero();
    for (int i = 0; i < 50; i++) {
      assertThat(rig.stored("k" + i)).isEqualTo(applied[i]);
    }
    assertThat(answers).allMatch(CompletableFuture::isDone);
    assertThat(answer(app.ref(committed, "k0").dispatchAsync("increment")).count())
        .isEqualTo(applied[0] + 1);
  }

  // Size

  @Test
  @DisplayName("H34 S7 in write-behind twice the limit is saved, and past that it has to shrink")
  void theLimitIsSoftInWriteBehind() {
    var app = rig.open(rig.here().modules(behind).maxRecordBytes(2_000));
    var box = app.ref(behind, "a");
    box.dispatch("write", text(3_500));
    rig.clock.advance(ofMillis(50));
    assertThat(rig.restarted("a").text()).hasSize(3_500);
    assertThat(rig.news.degraded).isEmpty();
    box.dispatch("write", text(5_000));
    rig.clock.advance(ofMillis(50));
    assertThat(rig.news.heard).contains("rejected a");
    assertThat(rig.news.degraded).containsExactly("degraded a");
    assertThat(app.health().degraded())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.module()).isEqualTo("Box");
              assertThat(one.id()).contains("a");
              assertThat(one.reason()).contains("5059 bytes").contains("4000");
            });
    assertThat(rig.restarted("a").text()).hasSize(3_500);
    assertThatThrownBy(() -> box.dispatch("increment"))
        .isInstanceOf(StateRejectedException.class)
        .hasMessageContaining("\"a\"")
        .hasMessageContaining("5059 bytes");
    assertThatThrownBy(() -> box.dispatch("write", text(4_500)))
        .isInstanceOf(StateRejectedException.class);
    assertThat(box.dispatch("write", "short").count()).isZero();
    box.flush();
    assertThat(rig.restarted("a").text()).isEqualTo("short");
    assertThat(rig.news.degraded).containsExactly("degraded a", "restored a");
    assertThat(box.dispatch("increment").count()).isEqualTo(1);
  }

  @Test
  @DisplayName("S7 half of the limit is told once for each time it is crossed")
  void tellsOnceThatARecordGrowsLarge() {
    var app = rig.open(rig.here().modules(committed).maxRecordBytes(2_000));
    var box = app.ref(committed, "a");
    box.dispatch("write", text(500));
    assertThat(rig.news.heard).isEmpty();
    box.dispatch("write", text(1_200));
    box.dispatch("write", text(1_300));
    assertThat(rig.news.heard).containsExactly("large a");
    box.dispatch("write", text(500));
    box.dispatch("write", text(1_200));
    assertThat(rig.news.heard).containsExactly("large a", "large a");
  }

  @Test
  @DisplayName("H57 S3 what the store rejects in write-behind is tried again, and saving resumes")
  void aRejectedStateIsTriedAgainByItself() {
    var app = rig.inline(behind);
    var box = app.ref(behind, "a");
    rig.store.reject(key("a"), "disk full");
    box.dispatch("increment");
    rig.clock.advance(ofSeconds(30));
    assertThat(rig.news.heard).containsExactly("rejected a");
    assertThat(rig.store.writes()).hasSizeBetween(8, 30);
    assertThat(app.health().degradedInstances()).isEqualTo(1);
    assertThat(app.isHealthy()).isTrue();
    assertThatThrownBy(() -> box.dispatch("increment")).isInstanceOf(StateRejectedException.class);
    rig.store.accept(key("a"));
    rig.clock.advance(ofSeconds(5));
    assertThat(rig.stored("a")).isEqualTo(1);
    assertThat(app.health().degradedInstances()).isZero();
    assertThat(rig.news.degraded).containsExactly("degraded a", "restored a");
    assertThat(box.dispatch("increment").count()).isEqualTo(2);
  }

  @Test
  @DisplayName("N1 the health of a session's instance does not name the session")
  void healthNamesNoSession() {
    StateModule<Box> own = boxes().persist(KeyStrategy.session(), p -> p.save(BEHIND)).build();
    var app = rig.open(rig.here().modules(own).maxRecordBytes(1_024));
    app.session("ada").ref(own).dispatch("write", text(5_000));
    rig.clock.advance(ofSeconds(1));
    assertThat(app.health().degraded())
        .singleElement()
        .satisfies(one -> assertThat(one.id()).isEmpty());
    assertThat(app.health().toString()).doesNotContain("ada");
  }

  @Test
  @DisplayName("S3 health says which store fails, since when, and when it last worked")
  void healthTellsAboutTheStore() {
    var app = rig.inline(committed);
    app.ref(committed, "a").dispatch("increment");
    var committedAt = rig.clock.instant();
    rig.clock.advance(ofSeconds(3));
    rig.store.writing().fail();
    var failedAt = rig.clock.instant();
    assertThat(app.ref(committed, "a").dispatchAsync("increment")).isNotDone();
    rig.clock.advance(ofSeconds(20));
    assertThat(app.health().stores())
        .singleElement()
        .satisfies(
            store -> {
              assertThat(store.name()).isEqualTo("FaultyStateStore");
              assertThat(store.isUp()).isFalse();
              assertThat(store.failures()).isGreaterThan(5);
              assertThat(store.downSince()).contains(failedAt);
              assertThat(store.lastCommit()).contains(committedAt);
              assertThat(store.dirtyKeys()).isEqualTo(1);
            });
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(5));
    assertThat(app.health().stores().getFirst().downSince()).isEmpty();
    assertThat(rig.news.degraded)
        .containsExactly(
            "degraded FaultyStateStore", "degraded a", "restored a", "restored FaultyStateStore");
  }
}
