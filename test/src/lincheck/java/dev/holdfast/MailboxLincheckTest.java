package dev.holdfast;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Who has an instance's turn (law A1), over all interleavings of a few threads.
 *
 * <p>Catches: two threads that both believe they have the turn, such as when {@code next} gives it
 * back and {@code add} looks at it outside one lock; and a turn that waits in an open mailbox while
 * nobody runs, such as when the turn is given back after the last look at the queue.
 */
public final class MailboxLincheckTest {

  private final Mailbox<Integer> mailbox = new Mailbox<>(new Object(), null);
  private final AtomicInteger added = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private volatile boolean opened;

  // Touched by the holder of the turn alone, without a lock: it is the turn that guards them.
  private boolean running;
  private int ran;

  /** A new turn, as every dispatch adds one. */
  @Operation
  public void add() {
    added.incrementAndGet();
    if (mailbox.add(turn()) == Mailbox.Added.TAKEN) {
      drain();
    }
  }

  /** A turn that comes back, as after a conflict. */
  @Operation
  public void putBack() {
    added.incrementAndGet();
    if (mailbox.putBack(List.of(turn()))) {
      drain();
    }
  }

  /** The load has succeeded. */
  @Operation
  public void open() {
    boolean taken = mailbox.open();
    opened = true;
    if (taken) {
      drain();
    }
  }

  private void drain() {
    while (mailbox.next() != null) {
      if (running) {
        throw new IllegalStateException("two have the turn");
      }
      running = true;
      ran++;
      running = false;
    }
  }

  private static Turn<Integer> turn() {
    return Turn.computing(Turn.Kind.ACTION, "a turn", (instance, state) -> state, null, null);
  }

  /** When all threads have ended, nobody has the turn and nothing waits that may run. */
  @Validate
  public void nothingIsLeft() {
    if (!opened) {
      failed.addAndGet(mailbox.shut().size());
    }
    if (!mailbox.isIdle()) {
      throw new IllegalStateException("something waits, and nobody runs it");
    }
    if (ran + failed.get() != added.get()) {
      throw new IllegalStateException(
          "%d turns were added, %d ran and %d failed".formatted(added.get(), ran, failed.get()));
    }
  }

  @Test
  @DisplayName("A1: one at a time has the turn, and no turn is lost")
  void oneHoldsTheTurnAndNoneIsLost() {
    new ModelCheckingOptions()
        .iterations(Integer.getInteger("holdfast.lincheck.iterations", 3))
        .invocationsPerIteration(Boolean.getBoolean("holdfast.nightly") ? 300 : 100)
        .threads(3)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .check(MailboxLincheckTest.class);
  }
}
