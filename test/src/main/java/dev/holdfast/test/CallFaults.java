package dev.holdfast.test;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StoreUnavailableException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong with one kind of call, loads or writes, of a {@link FaultyStateStore}. A call
 * first hangs, if told to, and then fails, if told to by then. A fault given for a key strikes
 * loads of that key, and whole batches that name it.
 *
 * <pre>{@code
 * store.loading().hang(bob);
 * CompletableFuture<?> login = CompletableFuture.runAsync(() -> dispatchLogin());
 * store.loading().awaitHung();
 * ...                                     // what others see meanwhile
 * store.loading().release();
 * }</pre>
 */
public final class CallFaults {

  private final String kind;

  /** Exceptions of the next calls. Guarded by this, as all else. */
  private final Deque<Supplier<? extends RuntimeException>> nextFailures = new ArrayDeque<>();

  private final Set<StateKey> failingKeys = new HashSet<>();
  private @Nullable Supplier<? extends RuntimeException> failure;

  private final Set<StateKey> hangingKeys = new HashSet<>();
  private boolean hanging;

  /** The calls that hang, the oldest first. */
  private final Deque<Hung> hung = new ArrayDeque<>();

  /** A call that hangs until its latch is counted down, and then goes on, or fails if it is cut. */
  private static final class Hung {
    final CountDownLatch turn = new CountDownLatch(1);
    volatile boolean cut;
  }

  CallFaults(String kind) {
    this.kind = kind;
  }

  /** The next {@code count} calls fail with {@link StoreUnavailableException}. */
  public CallFaults failNext(int count) {
    return failNext(count, this::unavailable);
  }

  /** The next {@code count} calls fail with an exception of the test's own. */
  public synchronized CallFaults failNext(
      int count, Supplier<? extends RuntimeException> exception) {
    nextFailures.addAll(Collections.nCopies(count, exception));
    return this;
  }

  /** All calls fail with {@link StoreUnavailableException} until {@link #recover}. */
  public CallFaults fail() {
    return fail(this::unavailable);
  }

  /** All calls fail with an exception of the test's own until {@link #recover}. */
  public synchronized CallFaults fail(Supplier<? extends RuntimeException> exception) {
    failure = exception;
    return this;
  }

  /** Calls for a key fail with {@link StoreUnavailableException} until {@link #recover}. */
  public synchronized CallFaults fail(StateKey key) {
    failingKeys.add(key);
    return this;
  }

  /** All calls hang until {@link #release}. */
  public synchronized CallFaults hang() {
    hanging = true;
    return this;
  }

  /** Calls for a key hang until {@link #release}. */
  public synchronized CallFaults hang(StateKey key) {
    hangingKeys.add(key);
    return this;
  }

  /** Ends the failing. What hangs goes on hanging. */
  public synchronized CallFaults recover() {
    nextFailures.clear();
    failingKeys.clear();
    failure = null;
    return this;
  }

  /** Ends the hanging: the calls that hang go on, and later ones do not hang. */
  public synchronized CallFaults release() {
    hanging = false;
    hangingKeys.clear();
    hung.forEach(call -> call.turn.countDown());
    hung.clear();
    return this;
  }

  /** The calls that hang fail, and never reach the store. */
  synchronized void cut() {
    hung.forEach(call -> call.cut = true);
    hung.forEach(call -> call.turn.countDown());
    hung.clear();
  }

  /**
   * Lets the call that has hung longest go on, while others and later ones hang; waits for one to
   * hang, as {@link #awaitHung()} does.
   */
  public synchronized CallFaults step() {
    awaitHung();
    hung.removeFirst().turn.countDown();
    return this;
  }

  /** Waits until a call hangs, for at most 10 s. */
  public CallFaults awaitHung() {
    return awaitHung(1);
  }

  /**
   * Waits until some calls hang at once.
   *
   * @throws AssertionError if they do not within 10 s
   */
  public synchronized CallFaults awaitHung(int count) {
    Waiting.until(
        this,
        () -> hung.size() >= count,
        () -> "%d hanging %s, not %d".formatted(hung.size(), kind, count));
    return this;
  }

  /** How many calls hang now. */
  public synchronized int hung() {
    return hung.size();
  }

  /** Lets a call through, late or not at all, as the script says. */
  void pass(Collection<StateKey> keys) {
    Hung call = arrive(keys);
    if (call != null) {
      awaitTurn(call);
    }
    RuntimeException fault = fault(keys);
    if (fault != null) {
      throw fault;
    }
  }

  private synchronized @Nullable Hung arrive(Collection<StateKey> keys) {
    if (!hanging && Collections.disjoint(keys, hangingKeys)) {
      return null;
    }
    Hung call = new Hung();
    hung.add(call);
    notifyAll();
    return call;
  }

  private void awaitTurn(Hung call) {
    try {
      call.turn.await();
    } catch (InterruptedException e) {
      forget(call);
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("Interrupted while hanging by the test's script", e);
    }
    if (call.cut) {
      throw new StoreUnavailableException("The test's script crashed while it hung");
    }
  }

  private synchronized void forget(Hung call) {
    hung.remove(call);
  }

  private synchronized @Nullable RuntimeException fault(Collection<StateKey> keys) {
    Supplier<? extends RuntimeException> next = nextFailures.poll();
    if (next != null) {
      return next.get();
    }
    if (failure != null) {
      return failure.get();
    }
    return Collections.disjoint(keys, failingKeys) ? null : unavailable();
  }

  private RuntimeException unavailable() {
    return new StoreUnavailableException("The test's script fails " + kind + " now");
  }
}
