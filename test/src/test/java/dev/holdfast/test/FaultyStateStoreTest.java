package dev.holdfast.test;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.KeyValueStore;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class FaultyStateStoreTest {

  private static final StateKey A = StateKey.keyed("M", "a");
  private static final StateKey B = StateKey.keyed("M", "b");
  private static final Saved SAVED = new Saved(Revision.first(1));

  private final StateStore memory = StateStore.inMemory();
  private final FaultyStateStore store = FaultyStateStore.around(memory);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    store.loading().release();
    store.writing().release();
    store.crash();
    threads.close();
  }

  @Test
  void failsTheNextCallsAndThenWorks() {
    store.loading().failNext(2).failNext(1, () -> new StateStoreException("broken"));
    assertThatThrownBy(() -> store.load(A)).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.load(A)).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.load(A)).hasMessage("broken");
    assertThat(store.load(A)).isEmpty();
    assertThat(store.loads()).containsExactly(A, A, A, A);
  }

  @Test
  void failsUntilItRecovers() {
    store.writing().fail();
    assertThatThrownBy(() -> store.write(puts(A))).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.write(puts(A))).isInstanceOf(StoreUnavailableException.class);
    assertThat(memory.load(A)).isEmpty();
    store.writing().recover();
    assertThat(store.write(puts(A))).containsExactly(SAVED);
    assertThat(store.writes()).hasSize(3);
  }

  @Test
  void failsOneKey() {
    store.loading().fail(B);
    assertThat(store.load(A)).isEmpty();
    assertThatThrownBy(() -> store.load(B)).isInstanceOf(StoreUnavailableException.class);
    store.writing().fail(B);
    assertThatThrownBy(() -> store.write(puts(A, B))).isInstanceOf(StoreUnavailableException.class);
    assertThat(store.write(puts(A))).containsExactly(SAVED);
  }

  @Test
  void hangsOneKeyUntilReleased() throws Exception {
    store.loading().hang(B);
    CompletableFuture<Optional<StateRecord>> load = supplyAsync(() -> store.load(B), threads);
    store.loading().awaitHung();
    assertThat(store.load(A)).isEmpty();
    assertThat(load).isNotDone();
    store.loading().release();
    assertThat(load.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(store.load(B)).isEmpty();
  }

  @Test
  void letsHangingCallsGoOnOneByOne() throws Exception {
    store.writing().hang();
    CompletableFuture<List<WriteResult>> first = supplyAsync(() -> store.write(puts(A)), threads);
    store.writing().awaitHung();
    CompletableFuture<List<WriteResult>> second = supplyAsync(() -> store.write(puts(B)), threads);
    store.writing().awaitHung(2).step();
    assertThat(first.get(10, TimeUnit.SECONDS)).containsExactly(SAVED);
    assertThat(second).isNotDone();
    store.writing().step();
    assertThat(second.get(10, TimeUnit.SECONDS)).containsExactly(SAVED);
  }

  @Test
  void aHungCallFailsIfToldToMeanwhile() {
    store.loading().hang();
    CompletableFuture<Optional<StateRecord>> load = supplyAsync(() -> store.load(A), threads);
    store.loading().awaitHung().fail().release();
    assertThat(load)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void losesTheReplyOfACommittedWrite() {
    store.loseNextReplies(1);
    assertThatThrownBy(() -> store.write(puts(A))).isInstanceOf(StoreUnavailableException.class);
    assertThat(store.load(A)).isPresent();
    assertThat(store.write(puts(B))).containsExactly(SAVED);
  }

  @Test
  void rejectsOneKeyAmongOthers() {
    store.reject(A, "too large");
    assertThat(store.write(puts(A, B))).containsExactly(new Rejected("too large"), SAVED);
    assertThat(store.load(A)).isEmpty();
    assertThat(store.accept(A).write(puts(A))).containsExactly(SAVED);
  }

  @Test
  void whatIsNotSyncedIsNeitherAnsweredNorSeen() throws Exception {
    store.losesUnsynced();
    CompletableFuture<List<WriteResult>> write = supplyAsync(() -> store.write(puts(A)), threads);
    store.awaitUnsynced(1);
    assertThat(write).isNotDone();
    assertThat(store.load(A)).isEmpty();
    store.sync();
    assertThat(write.get(10, TimeUnit.SECONDS)).containsExactly(SAVED);
    assertThat(store.load(A)).isPresent();
  }

  @Test
  void aCrashLosesWhatIsNotSynced() {
    store.losesUnsynced();
    CompletableFuture<List<WriteResult>> write = supplyAsync(() -> store.write(puts(A)), threads);
    store.awaitUnsynced(1).crash();
    assertThat(write)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(StoreUnavailableException.class);
    store.sync();
    assertThat(store.load(A)).isEmpty();
  }

  @Test
  void showsBatchesToAHookBeforeTheyAreWritten() {
    List<Optional<StateRecord>> seen = new ArrayList<>();
    store.beforeWrite(batch -> seen.add(memory.load(batch.entries().getFirst().key())));
    store.write(puts(A));
    assertThat(seen).containsExactly(Optional.empty());
    assertThat(store.awaitWrites(1).writes()).containsExactly(puts(A));
  }

  @Test
  void goesAroundEnumerableStoresOnly() {
    StateStore plain = StateStore.of(KeyValueStore.of(key -> null, (key, value) -> {}, key -> {}));
    assertThatThrownBy(() -> FaultyStateStore.around(plain))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Enumerable");
  }

  private static WriteBatch puts(StateKey... keys) {
    return new WriteBatch(
        List.of(keys).stream()
            .<WriteBatch.Entry>map(key -> new Put(key, Revision.NONE, record()))
            .toList());
  }

  private static StateRecord record() {
    return new StateRecord(
        Revision.first(1), new WriterMark(1, 1), 1, Instant.EPOCH, null, new byte[] {'1'});
  }
}
