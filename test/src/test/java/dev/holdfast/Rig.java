package dev.holdfast;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.save.SaveListener;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.test.FaultyStateStore;
import dev.holdfast.test.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A store that can go wrong, a clock that stands still, and runtimes over both. */
final class Rig implements AutoCloseable {

  /** A state that counts, and can be made large. */
  record Box(int count, String text) {
    Box plus(int by) {
      return new Box(count + by, text);
    }
  }

  record Add(int by) {}

  final StateStore shared = StateStore.inMemory();
  final FaultyStateStore store = FaultyStateStore.around(shared);
  final ManualClock clock = new ManualClock();
  final News news = new News();
  private final List<Holdfast> opened = new ArrayList<>();

  /** The module that most tests use: one instance for each id. */
  static StateModule<Box> boxes(SavePolicy policy) {
    return boxes().persist(KeyStrategy.byId(), p -> p.save(policy)).build();
  }

  static StateModule.Builder<Box> boxes() {
    return StateModule.define("Box", new Box(0, ""))
        .admit((session, id) -> true)
        .reduce("increment", b -> b.plus(1))
        .reduce("add", Add.class, (b, add) -> b.plus(add.by()))
        .reduce("nothing", b -> b)
        .reduce("same", b -> new Box(b.count(), b.text()))
        .reduce("write", String.class, (b, text) -> new Box(b.count(), text))
        .onAction("handle", ctx -> ctx.update(b -> b.plus(1)));
  }

  /** Boxes in a store of their own. */
  static StateModule<Box> inner(StateStore store) {
    return StateModule.define("Inner", new Box(0, ""))
        .persist(KeyStrategy.byId(), p -> p.store(store))
        .reduce("increment", b -> b.plus(1))
        .build();
  }

  /** Boxes of which "both" increments itself and the inner box "i", without waiting for that. */
  static StateModule<Box> sendingTo(StateModule<Box> inner) {
    return boxes()
        .onAction(
            "both",
            ctx -> {
              ctx.update(b -> b.plus(1));
              CompletableFuture<?> unused = ctx.ref(inner, "i").dispatchAsync("increment");
            })
        .persist(KeyStrategy.byId())
        .build();
  }

  static StateKey key(String id) {
    return StateKey.keyed("Box", id);
  }

  /** A runtime in which everything happens on the thread that causes it. */
  Holdfast inline(StateModule<?>... modules) {
    return open(here().modules(modules));
  }

  Holdfast.Builder here() {
    return threads().executor(Runnable::run);
  }

  /** A runtime with threads of its own. */
  Holdfast threaded(StateModule<?>... modules) {
    return open(threads().modules(modules));
  }

  Holdfast.Builder threads() {
    return Holdfast.builder(store).clock(clock).listener(news).closeTimeout(Duration.ofMillis(300));
  }

  Holdfast open(Holdfast.Builder builder) {
    Holdfast app = builder.open();
    opened.add(app);
    return app;
  }

  /** What a program that starts now finds. */
  Box restarted(String id) {
    StateModule<Box> module = boxes(SavePolicy.committed());
    try (Holdfast app =
        Holdfast.builder(shared).modules(module).clock(clock).executor(Runnable::run).open()) {
      return app.ref(module, id).state();
    }
  }

  int stored(String id) {
    return restarted(id).count();
  }

  boolean hasRecord(String id) {
    return shared.load(key(id)).filter(record -> !record.isTombstone()).isPresent();
  }

  /** Waits for an answer of other threads. */
  static <T> T answer(CompletableFuture<T> future) {
    try {
      return future.get(10, SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException typed) {
        throw typed;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("No answer within 10 s", e);
    }
  }

  /** Waits, for at most 10 s, until other threads have come so far. */
  static void until(BooleanSupplier reached) {
    long deadline = System.nanoTime() + SECONDS.toNanos(10);
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time by which it is reached").isLessThan(deadline);
      LockSupport.parkNanos(100_000);
    }
  }

  /** What went wrong with an action that has been answered. */
  static Throwable error(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return future.exceptionNow();
  }

  @Override
  public void close() {
    store.writing().recover().release();
    store.loading().recover().release();
    for (Holdfast app : opened) {
      try {
        app.close();
      } catch (UnsavedChangesException e) {
        assertThat(e.keys()).isNotEmpty();
      }
    }
  }

  /** Writes down what the saver says, and then throws if it is told to. */
  static final class News implements SaveListener {
    final List<String> heard = new CopyOnWriteArrayList<>();

    /** Of instances and stores. */
    final List<String> degraded = new CopyOnWriteArrayList<>();

    volatile boolean throwing;

    private void hear(String what) {
      heard.add(what);
      if (throwing) {
        throw new AssertionError("The test's listener throws");
      }
    }

    @Override
    public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
      hear("failed " + failures);
    }

    @Override
    public void onRecovered() {
      hear("recovered");
    }

    @Override
    public void onConflict(StateKey key, Revision actual) {
      hear("conflict " + key.id());
    }

    @Override
    public void onLost(StateKey key, long changes) {
      hear("lost " + key.id() + " " + changes);
    }

    @Override
    public void onRejected(StateKey key, String reason) {
      hear("rejected " + key.id());
    }

    @Override
    public void onQuarantined(StateKey key, StateKey copy) {
      hear("quarantined " + key.id());
    }

    @Override
    public void onKeptAside(StateKey key, Path file, String reason) {
      hear("aside " + key.id());
    }

    @Override
    public void onLarge(StateKey key, int bytes, int most) {
      hear("large " + key.id());
    }

    @Override
    public void onDegraded(StateKey key, String reason) {
      degraded.add("degraded " + key.id());
    }

    @Override
    public void onRestored(StateKey key) {
      degraded.add("restored " + key.id());
    }

    @Override
    public void onStoreDegraded(String store, RuntimeException error) {
      degraded.add("degraded " + store);
    }

    @Override
    public void onStoreRestored(String store) {
      degraded.add("restored " + store);
    }

    @Override
    public void onUnsaved(List<StateKey> keys) {
      hear("unsaved " + keys.stream().map(StateKey::id).sorted().toList());
    }
  }
}
