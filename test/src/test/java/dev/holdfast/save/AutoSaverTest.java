package dev.holdfast.save;

import static dev.holdfast.save.ScriptedStore.answerEach;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteResult;
import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the saver makes of each answer of a store (laws S1, S3 and S4). */
final class AutoSaverTest {

  private static final SavePolicy COMMITTED = SavePolicy.committed();
  private static final WriteResult SAVED = new WriteResult.Saved(Revision.NONE);

  private final ManualClock clock = new ManualClock();
  private final ScriptedStore store = new ScriptedStore();
  private final List<String> news = new ArrayList<>();
  private final AutoSaver saver =
      AutoSaver.start("main", store, clock, Runnable::run, new Random(1), new Noting(news));
  private final ScriptedState a = new ScriptedState("a");
  private final ScriptedState b = new ScriptedState("b");

  @Test
  @DisplayName("S3: a store that is away is told of once, counted, and recovered from alone")
  void anOutageIsCounted() {
    store.answers = ScriptedStore.AWAY;
    saver.changed(a, COMMITTED);
    clock.advance(ofSeconds(1));
    int tried = store.batches.size();
    assertThat(tried).isBetween(4, 8);
    assertThat(a.told).hasSize(tried).containsOnly("failed");
    assertThat(saver.status().failures()).isEqualTo(tried);
    assertThat(saver.status().failingSince()).isEqualTo(ManualClock.START);
    assertThat(saver.status().lastCommit()).isNull();
    assertThat(saver.status().committingSince()).isNull();
    assertThat(saver.status().waiting()).isEqualTo(1);
    assertThat(saver.status().inFlight()).isZero();
    assertThat(news).contains("failed [a] 1", "failed [a] " + tried).containsOnlyOnce("down main");

    store.answers = ScriptedStore::saveAll;
    clock.advance(ofSeconds(5));
    assertThat(a.told).endsWith("saved").containsOnlyOnce("saved");
    assertThat(saver.status().failures()).isZero();
    assertThat(saver.status().failingSince()).isNull();
    assertThat(saver.status().lastCommit()).isAfter(ManualClock.START);
    assertThat(saver.status().waiting()).isZero();
    assertThat(news).containsOnlyOnce("recovered").endsWith("up main");
  }

  @Test
  @DisplayName("S3: a single failure is no trouble of its key, and no restoration is told of")
  void aSingleFailureIsNoTrouble() {
    store.answers = ScriptedStore.AWAY;
    saver.changed(a, COMMITTED);
    store.answers = ScriptedStore::saveAll;
    clock.advance(ofMillis(50));
    assertThat(a.told).containsExactly("failed", "saved");
    assertThat(news).containsExactly("failed [a] 1", "down main", "recovered", "up main");
    assertThat(saver.name()).isEqualTo("main");
  }

  @Test
  @DisplayName("S3: while a store is away a change does not make the saver knock earlier")
  void aChangeDoesNotKnockDuringAnOutage() {
    store.answers = ScriptedStore.AWAY;
    saver.changed(a, COMMITTED);
    saver.changed(b, COMMITTED);
    saver.hurry(b);
    assertThat(store.batches).hasSize(1);
    store.answers = ScriptedStore::saveAll;
    clock.advance(ofMillis(100));
    assertThat(a.told).endsWith("saved");
    assertThat(b.told).containsExactly("saved");
  }

  @Test
  @DisplayName("S1, S2: what changes during a commit goes with the next one, at once")
  void aChangeDuringACommitFollowsIt() {
    store.answers =
        batch -> {
          if (store.batches.size() == 1) {
            saver.changed(a, COMMITTED);
            saver.changed(a, COMMITTED);
            saver.changed(b, COMMITTED);
            assertThat(saver.status().inFlight()).isEqualTo(1);
            assertThat(saver.status().waiting()).isEqualTo(2);
            assertThat(saver.status().committingSince()).isEqualTo(ManualClock.START);
          }
          return ScriptedStore.saveAll(batch);
        };
    saver.changed(a, COMMITTED);
    assertThat(store.batches).containsExactly(List.of("a"), List.of("b"), List.of("a"));
    assertThat(saver.status().inFlight()).isZero();
    assertThat(saver.status().committingSince()).isNull();
  }

  @Test
  @DisplayName("S2: a state that says that it has more to write is written again")
  void whatHasMoreIsWrittenAgain() {
    a.more = true;
    saver.changed(a, COMMITTED);
    assertThat(store.batches).containsExactly(List.of("a"), List.of("a"));
  }

  @Test
  @DisplayName("S3: a store that gives too few results has failed, and nothing counts as saved")
  void tooFewResultsAreAFailure() {
    store.answers = batch -> List.of();
    saver.changed(a, COMMITTED);
    assertThat(a.told).containsExactly("failed");
    assertThat(news).anyMatch(line -> line.startsWith("down main"));
    store.answers = batch -> List.of(SAVED);
    clock.advance(ofSeconds(5));
    assertThat(a.told).contains("saved");
  }

  @Test
  @DisplayName("S3: null for a result harms the one state, and an error of a store is a failure")
  void oddAnswersHarmOnlyTheirs() {
    saver.changed(b, SavePolicy.writeBehind(Duration.ZERO, Duration.ZERO));
    saver.changed(a, SavePolicy.writeBehind(Duration.ZERO, Duration.ZERO));
    store.answers = batch -> answerEach(batch, id -> id.equals("a") ? nothing() : SAVED);
    clock.advance(Duration.ZERO);
    assertThat(b.told).containsExactly("saved");
    assertThat(a.told).containsExactly("failed");
    assertThat(saver.status().troubled()).as("a first failure may be an accident").isZero();
    store.answers =
        batch -> {
          throw new AssertionError("odd");
        };
    clock.advance(ofMillis(50));
    assertThat(a.told).containsExactly("failed", "failed");
    assertThat(saver.status().troubled()).isEqualTo(1);
    store.answers = ScriptedStore::saveAll;
    clock.advance(ofSeconds(10));
    assertThat(a.told).endsWith("saved");
  }

  @SuppressWarnings("NullAway") // a store that breaks its contract
  private static WriteResult nothing() {
    return null;
  }

  @Test
  @DisplayName("S4: a conflict that cannot be settled is tried again, and its change is not lost")
  void anUnsettledConflictIsTriedAgain() {
    store.answers = batch -> List.of(new WriteResult.Conflict(Revision.first(7)));
    saver.changed(a, COMMITTED);
    saver.changed(a, COMMITTED);
    assertThat(store.batches).hasSize(1);
    a.settled.completeExceptionally(new StoreUnavailableException("not now"));
    assertThat(a.told).containsExactly("conflicted", "failed");
    assertThat(saver.status().waiting()).isEqualTo(1);
    a.settled = CompletableFuture.completedFuture(false);
    clock.advance(ofMillis(50));
    assertThat(a.told).containsExactly("conflicted", "failed", "conflicted");
    assertThat(saver.status().waiting()).isZero();
    a.settled = new CompletableFuture<>();
    saver.changed(a, COMMITTED);
    store.answers = ScriptedStore::saveAll;
    a.settled.complete(true);
    assertThat(a.told).endsWith("conflicted", "saved");
  }

  @Test
  @DisplayName("S4 S7: a rejected state that is in doubt finds out what is stored, and goes on")
  void aRejectedStateInDoubtFindsOut() {
    a.inDoubt = true;
    store.answers = batch -> List.of(new WriteResult.Rejected("full"));
    saver.changed(a, COMMITTED);
    assertThat(a.told).containsExactly("finds out");
    assertThat(news).isEmpty();
    saver.changed(a, COMMITTED);
    assertThat(store.batches).hasSize(1);
    a.settled.complete(true);
    assertThat(a.told).containsExactly("finds out", "rejected: full");
    assertThat(news).containsExactly("rejected a");
    assertThat(saver.status().waiting()).isZero();
  }

  @Test
  @DisplayName("S3: a rejected state that stays is told of once, tried again, and restored")
  void aRejectedStateIsTriedAgain() {
    a.stays = true;
    store.answers = batch -> List.of(new WriteResult.Rejected("full"));
    saver.changed(a, COMMITTED);
    clock.advance(ofSeconds(10));
    assertThat(store.batches.size()).isBetween(6, 12);
    assertThat(news).containsExactly("degraded a", "rejected a");
    assertThat(saver.status().troubles())
        .containsExactly(new Trouble(a.key(), "full", ManualClock.START));
    store.answers = ScriptedStore::saveAll;
    saver.hurry(a);
    assertThat(a.told).endsWith("saved");
    assertThat(news).endsWith("restored a");
    assertThat(saver.status().troubled()).isZero();
  }

  @Test
  @DisplayName("S3: a rejected state that does not stay is told of, and is over")
  void aRejectedStateThatIsGivenUp() {
    store.answers = batch -> List.of(new WriteResult.Rejected("full"));
    saver.changed(a, COMMITTED);
    clock.advance(ofSeconds(10));
    assertThat(store.batches).hasSize(1);
    assertThat(news).containsExactly("rejected a");
    assertThat(saver.status().waiting()).isZero();
  }

  @Test
  @DisplayName("S3: a state that cannot be prepared is rejected without its message; others go on")
  void whatCannotBePreparedIsRejected() {
    a.gives =
        () -> {
          throw new IllegalStateException("secret content");
        };
    saver.changed(a, COMMITTED);
    assertThat(store.batches).isEmpty();
    assertThat(a.told).singleElement().asString().contains("cannot be prepared");
    assertThat(a.told).noneMatch(told -> told.contains("secret"));
    a.gives =
        () -> {
          throw new UnfitStateException("too large");
        };
    saver.changed(a, COMMITTED);
    assertThat(a.told).endsWith("rejected: too large");
    saver.changed(b, COMMITTED);
    assertThat(b.told).containsExactly("saved");
  }

  @Test
  @DisplayName("S3: a state in trouble is restored when it is given up, or its conflict settled")
  void aTroubleEndsWithItsCause() {
    a.stays = true;
    store.answers = batch -> List.of(new WriteResult.Rejected("full"));
    saver.changed(a, COMMITTED);
    a.stays = false;
    saver.hurry(a);
    assertThat(news).containsExactly("degraded a", "rejected a", "rejected a", "restored a");

    a.stays = true;
    saver.changed(a, COMMITTED);
    assertThat(saver.status().troubled()).isEqualTo(1);
    store.answers = batch -> List.of(new WriteResult.Conflict(Revision.first(7)));
    saver.hurry(a);
    a.settled.complete(false);
    assertThat(news).endsWith("restored a");
    assertThat(saver.status().troubled()).isZero();
  }

  @Test
  @DisplayName("S3: a state in trouble that has nothing to write any more is restored")
  void nothingToWriteEndsATrouble() {
    a.stays = true;
    store.answers = batch -> List.of(new WriteResult.Rejected("full"));
    saver.changed(a, COMMITTED);
    a.gives = () -> null;
    saver.hurry(a);
    assertThat(news).containsExactly("degraded a", "rejected a", "restored a");
    assertThat(saver.status().troubled()).isZero();
  }

  @Test
  @DisplayName("A5: a listener that throws changes nothing")
  void aThrowingListenerChangesNothing() {
    SaveListener odd =
        new SaveListener() {
          @Override
          public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
            throw new IllegalStateException("odd");
          }
        };
    AutoSaver other = AutoSaver.start("o", store, clock, Runnable::run, new Random(1), odd);
    store.answers = ScriptedStore.AWAY;
    other.changed(a, COMMITTED);
    store.answers = ScriptedStore::saveAll;
    clock.advance(ofMillis(50));
    assertThat(a.told).endsWith("saved");
  }
}
