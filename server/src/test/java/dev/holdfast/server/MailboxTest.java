package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MailboxTest {

  private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

  private final List<Throwable> failures = new ArrayList<>();

  @Test
  void runsTasksInTheOrderPosted() throws InterruptedException {
    Mailbox mailbox = new Mailbox(VIRTUAL, failures::add);
    List<Integer> seen = new ArrayList<>(); // confined to the mailbox
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      mailbox.post(() -> seen.add(number));
    }
    mailbox.post(done::countDown);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).hasSize(1_000).isSorted();
  }

  @Test
  void neverRunsTwoTasksAtOnceAndLosesNone() throws InterruptedException {
    Mailbox mailbox = new Mailbox(VIRTUAL, failures::add);
    int posters = 8;
    int each = 5_000;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    int[] plain = new int[1]; // no lock: the mailbox itself makes each task see the one before
    CountDownLatch left = new CountDownLatch(posters * each);
    for (int p = 0; p < posters; p++) {
      Thread.ofVirtual()
          .start(
              () -> {
                for (int i = 0; i < each; i++) {
                  mailbox.post(
                      () -> {
                        overlaps.addAndGet(running.getAndIncrement());
                        plain[0]++;
                        running.decrementAndGet();
                        left.countDown();
                      });
                }
              });
    }
    assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(overlaps).hasValue(0);
    assertThat(plain[0]).isEqualTo(posters * each);
  }

  @Test
  void wakesUpAgainAfterEveryPause() {
    List<Runnable> drains = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    Mailbox mailbox = new Mailbox(drains::add, failures::add);
    mailbox.post(() -> seen.add("a"));
    mailbox.post(() -> seen.add("b"));
    assertThat(drains).hasSize(1);
    drains.removeFirst().run();
    mailbox.post(() -> seen.add("c"));
    assertThat(drains).hasSize(1);
    drains.removeFirst().run();
    assertThat(seen).containsExactly("a", "b", "c");
  }

  @Test
  void aTaskPostedByATaskRunsInTheSameDrain() {
    List<String> seen = new ArrayList<>();
    Mailbox mailbox = new Mailbox(Runnable::run, failures::add);
    mailbox.post(
        () -> {
          mailbox.post(() -> seen.add("inner"));
          seen.add("outer");
        });
    assertThat(seen).containsExactly("outer", "inner");
  }

  @Test
  void aReportThatThrowsStopsNothing() {
    List<String> ran = new ArrayList<>();
    List<Throwable> uncaught = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
    try {
      Mailbox mailbox =
          new Mailbox(
              Runnable::run,
              thrown -> {
                throw new IllegalStateException("the report");
              });
      mailbox.post(
          () -> {
            throw new IllegalStateException("the task");
          });
      mailbox.post(() -> ran.add("next"));
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(ran).containsExactly("next");
    assertThat(uncaught).singleElement().satisfies(e -> assertThat(e).hasMessage("the report"));
  }

  @Test
  void aTaskThatThrowsIsReportedAndTheNextOneRuns() {
    List<String> seen = new ArrayList<>();
    Mailbox mailbox = new Mailbox(Runnable::run, failures::add);
    mailbox.post(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    mailbox.post(() -> seen.add("after"));
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(seen).containsExactly("after");
  }
}
