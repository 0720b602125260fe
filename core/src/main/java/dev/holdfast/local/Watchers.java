package dev.holdfast.local;

import dev.holdfast.Subscription;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants to hear of changes, wherever the state lives. Each listener's calls never overlap;
 * signals that come during a call are answered by one more, with the newest state.
 */
final class Watchers<S> {

  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final Supplier<S> state;
  private final Executor executor;
  private final CopyOnWriteArrayList<Watcher<?>> all = new CopyOnWriteArrayList<>();

  Watchers(Supplier<S> state, Executor executor) {
    this.state = state;
    this.executor = executor;
  }

  /** Something may have changed. */
  void signal() {
    all.forEach(Watcher::signal);
  }

  <T> Subscription add(
      Function<? super S, ? extends T> selector,
      BiPredicate<? super T, ? super T> same,
      Consumer<? super T> listener) {
    Watcher<T> watcher = new Watcher<>(selector, same, listener, selector.apply(state.get()));
    all.add(watcher);
    return watcher;
  }

  private final class Watcher<T> implements Subscription {
    private final Function<? super S, ? extends T> selector;
    private final BiPredicate<? super T, ? super T> same;
    private final Consumer<? super T> listener;
    private final AtomicInteger signals = new AtomicInteger();

    /** What it was told last. Handed from call to call by the count of signals. */
    private T told;

    private volatile boolean closed;

    Watcher(
        Function<? super S, ? extends T> selector,
        BiPredicate<? super T, ? super T> same,
        Consumer<? super T> listener,
        T told) {
      this.selector = selector;
      this.same = same;
      this.listener = listener;
      this.told = told;
    }

    /** Who raises the count from zero starts the call. */
    void signal() {
      if (signals.getAndIncrement() == 0) {
        executor.execute(this::run);
      }
    }

    private void run() {
      int answered;
      do {
        answered = signals.get();
        call();
      } while (signals.addAndGet(-answered) > 0);
    }

    private void call() {
      if (closed) {
        return;
      }
      try {
        T now = selector.apply(state.get());
        if (!same.test(told, now)) {
          told = now;
          listener.accept(now);
        }
      } catch (RuntimeException | Error e) {
        LOG.warn("A listener of a state threw", e); // It is called again with the next change.
      }
    }

    @Override
    public void close() {
      closed = true;
      all.remove(this);
    }
  }
}
