package dev.holdfast.test;

import dev.holdfast.Holdfast;
import dev.holdfast.Records;
import dev.holdfast.Session;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.UnsavedChangesException;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Gives each test a runtime of its own, on an empty store in memory and a clock that stands still:
 *
 * <pre>{@code
 * @RegisterExtension final HoldfastExtension holdfast = HoldfastExtension.with(CART);
 *
 * @Test
 * void aCartSurvivesACrash() {
 *   holdfast.session("alice").ref(CART).dispatch("add", "tea");
 *   holdfast.crash();
 *   holdfast.record(CART, "alice").hasJson("{'items': ['tea']}");
 * }
 * }</pre>
 *
 * <p>Everything happens on the thread that causes it: when {@code dispatch} returns, the handler,
 * the commit, the answer and the subscribers have run. Timers run within {@code clock().advance}.
 * Tokens and incarnations are drawn from a fixed seed. So a test that passes once passes always.
 * {@link #threaded()} gives the runtime its real threads instead.
 *
 * <p>An action whose commit the test keeps from succeeding is not answered before the clock is
 * advanced: use {@code dispatchAsync} for it. A test that waits all the same is interrupted after
 * {@linkplain #patience 30 s} of real time, and fails saying where it stood.
 *
 * <p>Modules that name a store of their own keep it; faults, crashes and {@link #record} know the
 * runtime's store only. One test at a time may use an extension: where tests run in parallel, keep
 * it in a field that is not static.
 */
public final class HoldfastExtension
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor {

  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final List<StateModule<?>> modules;
  private final List<Consumer<Holdfast.Builder>> options = new ArrayList<>();
  private boolean threaded;
  private Duration patience = Duration.ofSeconds(30);
  private @Nullable Bench bench;

  /** What one test works on. */
  private static final class Bench {
    final StateStore disk = StateStore.inMemory();
    final FaultyStateStore store = FaultyStateStore.around(disk);
    final ManualClock clock = new ManualClock();
    final RandomGenerator random = new Random(1);
    @Nullable Life life;
  }

  /** The runtime from its start to its end or crash. */
  private record Life(Holdfast app, Lifeline lifeline) {}

  private HoldfastExtension(List<StateModule<?>> modules) {
    this.modules = modules;
  }

  /** An extension whose runtimes have these modules. */
  public static HoldfastExtension with(StateModule<?>... modules) {
    return new HoldfastExtension(List.of(modules));
  }

  /**
   * Sets options of every runtime that is opened from now on, such as {@code b ->
   * b.sessionTtl(ofDays(1))}. The clock is the test's.
   */
  public HoldfastExtension configured(Consumer<Holdfast.Builder> option) {
    options.add(option);
    return this;
  }

  /**
   * Gives the runtimes their real threads. A test then waits for what it looks at, and may let
   * loads and writes hang.
   */
  public HoldfastExtension threaded() {
    threaded = true;
    return this;
  }

  /**
   * How long a test method may take in real time before it is interrupted and fails: 1 ms or more,
   * 30 s by default.
   *
   * @throws IllegalArgumentException if it is shorter
   */
  public HoldfastExtension patience(Duration patience) {
    if (patience.toMillis() < 1) {
      throw new IllegalArgumentException("Patience is 1 ms or more, not " + patience);
    }
    this.patience = patience;
    return this;
  }

  /** The runtime. A restart or crash replaces it, and all that was had from it. */
  public Holdfast app() {
    return life(bench()).app();
  }

  /** A session that the test names: {@link Holdfast#session}. */
  public Session session(String name) {
    return app().session(name);
  }

  /** The instance of a global module: {@link Holdfast#ref(StateModule)}. */
  public <S> StateRef<S> ref(StateModule<S> module) {
    return app().ref(module);
  }

  /** The instance that an id names: {@link Holdfast#ref(StateModule, String)}. */
  public <S> StateRef<S> ref(StateModule<S> module, String id) {
    return app().ref(module, id);
  }

  /** The clock. It goes on over restarts and crashes. */
  public ManualClock clock() {
    return bench().clock;
  }

  /**
   * The store, to make it fail, hang or lie. It goes on over restarts and crashes, and so do its
   * faults; they end with the test.
   */
  public FaultyStateStore store() {
    return bench().store;
  }

  /** The record of a global module as it is stored now, past all faults. */
  public RecordAssert record(StateModule<?> module) {
    return record(Records.key(module));
  }

  /**
   * The record that an id names, as it is stored now: for a session's own module, the id is the
   * name of the session.
   *
   * @throws IllegalArgumentException if the module has none with an id
   */
  public RecordAssert record(StateModule<?> module, String id) {
    return record(Records.key(module, id));
  }

  /**
   * A session's own record, as it is stored now.
   *
   * @throws IllegalArgumentException if the module has none for each session
   */
  public RecordAssert record(StateModule<?> module, Session session) {
    return record(Records.key(module, session));
  }

  /** The record of a key, as it is stored now. */
  public RecordAssert record(StateKey key) {
    return new RecordAssert(key, bench().disk.load(key).orElse(null));
  }

  /**
   * Closes the runtime, as a deploy does, and opens another one on the same store.
   *
   * @throws UnsavedChangesException if the store did not take everything; another runtime is open
   *     all the same
   */
  public void restart() {
    Bench on = bench();
    try {
      life(on).app().close();
    } finally {
      life(on).lifeline().cut();
      on.life = start(on);
    }
  }

  /**
   * Ends the runtime as {@code kill -9} does, and opens another one on the same store: nothing is
   * saved any more, no hook runs, no timer fires, and callers that still wait are never answered.
   * Writes that hang, or wait for a {@link FaultyStateStore#sync}, are lost.
   */
  public void crash() {
    Bench on = bench();
    life(on).lifeline().cut();
    on.store.crash();
    on.life = start(on);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Bench fresh = new Bench();
    fresh.life = start(fresh);
    bench = fresh;
  }

  /** Ends the faults and closes the runtime; fails if it could not save everything then. */
  @Override
  public void afterEach(ExtensionContext context) {
    Bench used = bench;
    bench = null;
    if (used != null && used.life != null) {
      used.store.recover();
      used.life.app().close();
    }
  }

  private Life start(Bench on) {
    Lifeline lifeline = new Lifeline(on.store, on.clock);
    Holdfast.Builder builder =
        Holdfast.builder(lifeline.store()).modules(modules).random(on.random).closeTimeout(CLOSING);
    if (!threaded) {
      builder.executor(Runnable::run);
    }
    options.forEach(option -> option.accept(builder));
    return new Life(builder.clock(lifeline.time()).open(), lifeline);
  }

  private Bench bench() {
    if (bench == null) {
      throw new IllegalStateException(
          "There is a runtime only while a test runs: register the extension with"
              + " @RegisterExtension");
    }
    return bench;
  }

  private static Life life(Bench bench) {
    if (bench.life == null) {
      throw new IllegalStateException("The last restart failed, so that there is no runtime");
    }
    return bench.life;
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Patience.within(patience, invocation::proceed);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Patience.within(patience, invocation::proceed);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Patience.within(patience, invocation::proceed);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Patience.within(patience, invocation::proceed);
  }
}
