package dev.holdfast.local;

import dev.holdfast.StateModule;
import dev.holdfast.Subscription;
import dev.holdfast.codec.TypeRef;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A piece of state that remembers: restored when it is defined, saved when it changes. For programs
 * without sessions.
 *
 * <pre>{@code
 * record Settings(int count, String theme) {}
 *
 * var settings = LocalState.define(new Settings(0, "light"),
 *     o -> o.persist(p -> p.key("settings").storage(Storage.forApp("my-app"))));
 * settings.update(s -> new Settings(s.count() + 1, s.theme()));
 * }</pre>
 *
 * <p>The state is best a record; a plain class with fields works too, with {@link #edit}, and each
 * reader gets a copy. What a type computes in methods is never kept. A stored state may have up to
 * 32 MiB.
 *
 * <p>Safe for many threads. Changes run one at a time, those of one thread in its order. A change
 * is saved soon after it, see {@link LocalPersistence#save}; at the latest by {@link #dispose} and
 * when the JVM exits in an orderly way. Between processes that share a storage made by {@link
 * Storage}, a change is made again on what another process has stored meanwhile: none is lost.
 *
 * @param <S> the state's type
 */
public final class LocalState<S> {

  private final Definition<S> definition;
  private final LocalOptions options;
  private final Watchers<S> watchers;
  private final Life<S> life;
  private final Set<LocalPlugin> applied = ConcurrentHashMap.newKeySet();
  private volatile LiveStates.@Nullable Claim claim;

  private LocalState(Definition<S> definition, LocalOptions options) {
    this.definition = definition;
    this.options = options;
    Executor executor =
        Objects.requireNonNullElse(options.executor(), (Executor) Thread::startVirtualThread);
    this.watchers = new Watchers<>(this::state, executor);
    this.life = new Life<>(definition, options, executor, watchers::signal);
  }

  // Defining

  /** A state in memory. */
  public static <S> LocalState<S> define(S initial) {
    return define(initial, options -> {});
  }

  /** A state in memory; a mutable class needs this form, such as {@code Draft::new}. */
  public static <S> LocalState<S> define(Supplier<S> initial) {
    return define(initial, options -> {});
  }

  /**
   * Defines a state, and restores it.
   *
   * @param initial what it is where nothing is stored; members that a stored state lacks come from
   *     it
   * @throws IllegalArgumentException naming every fault: a type that cannot be kept, with the path
   *     of the field; a path that leads nowhere; a key that a live state of this storage has, with
   *     both places
   * @throws dev.holdfast.LoadException if what is stored could not be read; it stays as it is, and
   *     the definition may be tried again
   * @throws dev.holdfast.store.StateStoreException if the storage cannot be used at all
   */
  public static <S> LocalState<S> define(S initial, Consumer<LocalOptions> options) {
    Objects.requireNonNull(initial, "initial");
    return define(
        Definition.of(
            initial.getClass(),
            () -> initial,
            () -> StateModule.define(LocalPersistence.MODULE, initial)),
        options);
  }

  /** The same with a supplier of the first state, which a mutable class needs. */
  public static <S> LocalState<S> define(Supplier<S> initial, Consumer<LocalOptions> options) {
    S first = Objects.requireNonNull(initial.get(), "initial.get()");
    return define(
        Definition.of(
            first.getClass(), initial, () -> StateModule.define(LocalPersistence.MODULE, initial)),
        options);
  }

  /** The same for a type that is wider than that of its first value, such as a sealed one. */
  public static <S> LocalState<S> define(Class<S> type, S initial, Consumer<LocalOptions> options) {
    Objects.requireNonNull(initial, "initial");
    return define(
        Definition.of(
            type, () -> initial, () -> StateModule.define(LocalPersistence.MODULE, type, initial)),
        options);
  }

  /** The same for a generic type. */
  public static <S> LocalState<S> define(
      TypeRef<S> type, S initial, Consumer<LocalOptions> options) {
    Objects.requireNonNull(initial, "initial");
    return define(
        Definition.of(
            type.type(),
            () -> initial,
            () -> StateModule.define(LocalPersistence.MODULE, type, initial)),
        options);
  }

  private static <S> LocalState<S> define(
      Definition<S> definition, Consumer<LocalOptions> consumer) {
    LocalOptions options = new LocalOptions();
    consumer.accept(options);
    LocalState<S> state = new LocalState<>(definition, options.seal());
    LocalPersistence persistence = options.persistence();
    LocalState<S> live = persistence == null ? null : state.persist(persistence);
    if (live != null) {
      return live;
    }
    LiveStates.add(state);
    try {
      LocalPlugins.used().forEach(state::applyOnce);
    } catch (RuntimeException e) {
      state.abandon(e);
      throw e;
    }
    return state;
  }

  /** Begins to be kept; gives the live state instead, if that is wanted and there is one. */
  private @Nullable LocalState<S> persist(LocalPersistence persistence) {
    Home<S> home = Home.of(definition, options, persistence);
    LocalState<?> other = LiveStates.take(home.claim(), this);
    if (other != null) {
      return sameAs(other, home);
    }
    claim = home.claim();
    life.settle(home);
    try {
      if (persistence.hydrates()) {
        life.mount();
      }
      return null;
    } catch (RuntimeException e) {
      abandon(e);
      throw e;
    }
  }

  @SuppressWarnings("unchecked") // of one type, as is asked
  private LocalState<S> sameAs(LocalState<?> other, Home<S> home) {
    if (!home.persistence().isSingleton()) {
      throw new IllegalArgumentException(
          "Two live states have the key \"%s\" in %s: one defined at %s, one at %s. Dispose one, give it another key, or say singleton()"
              .formatted(home.key(), home.storage(), other.definition.place(), definition.place()));
    }
    if (!other.definition.type().equals(definition.type())) {
      throw new IllegalArgumentException(
          "The live state \"%s\", defined at %s, is of %s, not of %s"
              .formatted(
                  home.key(),
                  other.definition.place(),
                  other.definition.type().getTypeName(),
                  definition.type().getTypeName()));
    }
    return (LocalState<S>) other;
  }

  private void abandon(RuntimeException because) {
    try {
      dispose();
    } catch (RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  // Using

  /** The newest state. Of a mutable class, a copy of the caller's own. */
  public S state() {
    return life.phase().state();
  }

  /**
   * Replaces the state by what a function makes of it.
   *
   * @param change pure, and quick: it may run more than once, on the newest state. What it throws
   *     comes out of here, and nothing has changed
   * @throws IllegalStateException if the state was disposed, or another state's change is what
   *     calls this
   * @throws dev.holdfast.OverloadedException if too much waits to be saved already
   */
  public void update(UnaryOperator<S> change) {
    Objects.requireNonNull(change, "change");
    life.change(change);
  }

  /**
   * Changes a state of a mutable class in place; the consumer is given a copy, which becomes the
   * state.
   *
   * @throws IllegalStateException if the state is of an immutable type, and as in {@link #update}
   */
  public void edit(Consumer<S> change) {
    Objects.requireNonNull(change, "change");
    if (definition.codec().immutable()) {
      throw new IllegalStateException(
          "A state of the immutable type %s cannot be edited: use update"
              .formatted(definition.type().getTypeName()));
    }
    life.change(
        state -> {
          change.accept(state);
          return state;
        });
  }

  /**
   * Calls a listener after changes, with the newest state at the time of the call. Calls never
   * overlap and never go back, and skip states that were replaced before they could be shown. What
   * the listener throws is logged. It is not called for the state at hand.
   */
  public Subscription subscribe(Consumer<? super S> listener) {
    Objects.requireNonNull(listener, "listener");
    return watchers.add(state -> state, definition::same, listener);
  }

  /** Calls a listener when what a function selects of the state has become another value. */
  public <T extends @Nullable Object> Subscription subscribe(
      Function<? super S, ? extends T> selector, Consumer<? super T> listener) {
    Objects.requireNonNull(listener, "listener");
    return watchers.add(selector, Objects::equals, listener);
  }

  /** Applies a plugin to this state, if that has not been done. */
  public LocalState<S> with(LocalPlugin plugin) {
    if (plugin instanceof LocalPlugins.Persistent persistent && life.home() == null) {
      LocalState<S> live = persist(persistent.persistence());
      if (live != null) {
        throw new IllegalArgumentException(
            "A live state has this key already, and this one cannot become it");
      }
    }
    applyOnce(plugin);
    return this;
  }

  void applyOnce(LocalPlugin plugin) {
    if (applied.add(Objects.requireNonNull(plugin, "plugin"))) {
      plugin.apply(this, options);
    }
  }

  // Keeping

  /**
   * Waits until every change made so far is durable; returns at once where the state is not
   * persistent.
   *
   * @throws IllegalStateException if it is persistent and not mounted
   * @throws dev.holdfast.OutcomeUnknownException if it did not happen within 30 seconds; it is
   *     still tried
   */
  public void flush() {
    life.flush();
  }

  /**
   * Completes when the state is restored; exceptionally if what is stored can never be read, or the
   * state is disposed before.
   */
  public CompletionStage<Void> ready() {
    return life.ready();
  }

  /** Whether the state is restored, and saved when it changes. */
  public boolean hydrated() {
    return life.phase() instanceof Kept<S>;
  }

  /**
   * Restores a state that was defined with {@code hydrate(false)} or {@linkplain #unmount()
   * unmounted}, and saves it from then on. What was changed in memory meanwhile wins over the
   * stored value of the field it changed. Waits for a synchronous storage; for another, see {@link
   * #ready}. Does nothing where the state is mounted.
   *
   * @throws IllegalStateException if the state is not persistent, or disposed
   * @throws dev.holdfast.LoadException if what is stored could not be read; the state stays as it
   *     is, and this may be tried again
   * @throws dev.holdfast.store.StateStoreException if the storage cannot be used at all
   */
  public void mount() {
    life.mount();
  }

  /**
   * Saves what is not saved, and lets the state go on in memory alone. Its key stays its own.
   *
   * @throws dev.holdfast.UnsavedChangesException if saving failed for 5 seconds; the state is
   *     unmounted, and has the changes in memory
   */
  public void unmount() {
    life.unmount();
  }

  /**
   * Saves what is not saved, and ends the state: it can be read, but not changed, and its key is
   * free. Safe to call twice. A JVM that exits disposes all states.
   *
   * @throws dev.holdfast.UnsavedChangesException if saving failed for 5 seconds; the state is
   *     disposed, and its last changes are only in {@link #state()}
   */
  public void dispose() {
    try {
      life.dispose();
    } finally {
      LiveStates.release(this, claim);
    }
  }

  /** Where it is kept, for people; never the content. */
  @Override
  public String toString() {
    Home<S> home = life.home();
    return "LocalState[%s]".formatted(home == null ? "defined at " + definition.place() : home);
  }
}
