package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The part of {@link StateStoreContract} on many writers at once. */
abstract class ConcurrencyContract extends ConditionContract {

  @Test
  @DisplayName("hazard 39, S4: of two first saves one is saved and one conflicts")
  void ofTwoFirstSavesOneIsSavedAndOneConflicts() throws Exception {
    for (int round = 0; round < 20; round++) {
      StateKey key = numbered(round);
      List<WriteResult> results =
          together(
              List.of(
                  () -> put(key, Revision.NONE, record(Revision.first(1), "{\"by\":1}")),
                  () -> put(key, Revision.NONE, record(Revision.first(2), "{\"by\":2}"))));
      Revision winner = store.load(key).orElseThrow().revision();
      assertThat(results).containsExactlyInAnyOrder(new Saved(winner), new Conflict(winner));
    }
  }

  @Test
  @DisplayName("hazard 40, S5: of a delete and a save one conflicts")
  void ofADeleteAndASaveOneConflicts() throws Exception {
    for (int round = 0; round < 20; round++) {
      StateKey key = numbered(round);
      Revision before = saved(key, Revision.first(1)).revision();
      List<WriteResult> results =
          together(
              List.of(
                  () -> put(key, before, record(before.next(), "{}")), () -> delete(key, before)));
      Revision after = store.load(key).map(StateRecord::revision).orElse(Revision.NONE);
      assertThat(results).containsExactlyInAnyOrder(new Saved(after), new Conflict(after));
    }
  }

  @Test
  void noUpdateOfManyThreadsIsLost() throws Exception {
    int threads = 8;
    int keys = 3;
    int increments = 30;
    Callable<Integer> work =
        () -> {
          for (int i = 0; i < increments; i++) {
            increment(numbered(i % keys));
          }
          return increments;
        };
    together(Collections.nCopies(threads, work));
    int sum = IntStream.range(0, keys).map(i -> count(store.load(numbered(i)))).sum();
    assertThat(sum).isEqualTo(threads * increments);
  }

  private void increment(StateKey key) {
    while (true) {
      Optional<StateRecord> present = store.load(key);
      Revision expected = present.map(StateRecord::revision).orElse(Revision.NONE);
      Revision next = expected.isNone() ? Revision.first(1) : expected.next();
      StateRecord record = record(next, Integer.toString(count(present) + 1));
      if (put(key, expected, record) instanceof Saved) {
        return;
      }
    }
  }

  private static int count(Optional<StateRecord> record) {
    return record.map(StateRecord::text).map(Integer::parseInt).orElse(0);
  }

  /** Runs calls at the same time, each on a thread of its own. */
  private static <T> List<T> together(List<Callable<T>> calls)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(calls.size());
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> call : calls) {
        futures.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return call.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
