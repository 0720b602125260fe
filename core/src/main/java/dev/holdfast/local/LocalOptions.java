package dev.holdfast.local;

import dev.holdfast.time.TimeSource;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a definition says of a state. Given to the function that {@link LocalState#define} takes.
 */
public final class LocalOptions {

  private @Nullable Consumer<LocalPersistence> persist;
  private TimeSource time = TimeSource.system();
  private @Nullable Executor executor;
  private boolean sealed;

  LocalOptions() {}

  /**
   * Keeps the state under a key made of its shape, see {@link StructureKey}: a type with a field
   * more is another shape, and begins with its defaults. Name a {@link LocalPersistence#key} for
   * what is to outlive such changes.
   *
   * @param on false for a state that is not kept, as without this
   */
  public LocalOptions persist(boolean on) {
    check();
    this.persist = on ? p -> {} : null;
    return this;
  }

  /** Keeps the state as the function says. */
  public LocalOptions persist(Consumer<LocalPersistence> how) {
    check();
    this.persist = Objects.requireNonNull(how, "how");
    return this;
  }

  /** The clock and timers; the system's by default. */
  public LocalOptions clock(TimeSource time) {
    check();
    this.time = Objects.requireNonNull(time, "time");
    return this;
  }

  /**
   * Calls listeners and everything else that the state does by itself; virtual threads by default.
   * With {@code Runnable::run} it happens where it is caused, for tests.
   */
  public LocalOptions executor(Executor executor) {
    check();
    this.executor = Objects.requireNonNull(executor, "executor");
    return this;
  }

  /** Whether the definition keeps the state. */
  public boolean isPersistent() {
    return persist != null;
  }

  private void check() {
    if (sealed) {
      throw new IllegalStateException("The state is defined; its options are only to be read");
    }
  }

  LocalOptions seal() {
    sealed = true;
    return this;
  }

  TimeSource time() {
    return time;
  }

  /** Null for one of its own. */
  @Nullable Executor executor() {
    return executor;
  }

  /** What it says of persistence, over the defaults of all states; null if it is not kept. */
  @Nullable LocalPersistence persistence() {
    if (persist == null) {
      return null;
    }
    LocalPersistence persistence = LocalPlugins.defaults();
    persist.accept(persistence);
    return persistence;
  }
}
