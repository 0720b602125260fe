package dev.holdfast;

import dev.holdfast.codec.JsonPatch;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.StateCodec;
import dev.holdfast.codec.TypeRef;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The immutable definition of a piece of state: its name, what it is at first, what may happen to
 * it, and how it is kept.
 *
 * <pre>{@code
 * record Counter(int count) {}
 * record Add(int by) {}
 *
 * var counter = StateModule.define("Counter", new Counter(0))
 *     .persist(KeyStrategy.session())
 *     .reduce("increment", c -> new Counter(c.count() + 1))
 *     .reduce("add", Add.class, (c, add) -> new Counter(c.count() + add.by()))
 *     .build();
 * }</pre>
 *
 * <p>The state is best a record, or a sealed hierarchy of records: then a turn costs no copy.
 * Lists, sets and maps inside are made unmodifiable. A plain mutable class works too: every turn
 * runs on a copy of its own.
 *
 * @param <S> the state's type
 */
public final class StateModule<S> {

  static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,99}");

  private final String name;
  private final StateCodec<S> codec;
  private final RecordCodec<S> records;
  private final List<String> formerNames;
  private final Unreadable onUnreadable;
  private final @Nullable KeyStrategy<S> strategy;
  private final boolean persistent;
  private final SavePolicy policy;
  private final @Nullable StateStore store;
  private final @Nullable Duration expireAfter;
  private final @Nullable BinaryOperator<S> onAdopt;
  private final ActionIds.Memory idMemory;
  private final Actions<S> actions;
  private final Hooks<S> hooks;
  private final StackTraceElement definedAt;
  private final States<S> states;
  private final @Nullable Function<S, @Nullable Instant> dueAt;

  private StateModule(Builder<S> b, StateCodec<S> codec, RecordCodec<S> records) {
    this.name = b.name;
    this.codec = codec;
    this.records = records;
    this.formerNames = b.persistence.records().formerNames();
    this.onUnreadable = b.persistence.records().onUnreadable();
    this.strategy = b.strategy;
    this.persistent = b.persistent;
    this.policy = b.persistence.policy();
    this.store = b.persistence.store();
    this.expireAfter = b.persistence.expireAfter();
    this.onAdopt = b.persistence.onAdopt();
    this.idMemory = b.persistence.idMemory();
    this.actions = new Actions<>(b.name, b.plain, b.typed);
    this.hooks =
        new Hooks<>(
            b.onCreated,
            b.onActivated,
            b.onPassivated,
            b.onAttach,
            b.onDetach,
            b.onDisconnect,
            b.onReconnect,
            b.onExpire,
            b.onError,
            b.admit);
    this.definedAt = b.definedAt;
    this.states = States.of(codec);
    this.dueAt = b.dueAt;
  }

  /**
   * Begins a module of the engine's own. Its name has a character that no user's module can have,
   * so that no key of a user's reaches its records.
   *
   * @param dueAt when somebody has to look at a record again
   */
  static <S> Builder<S> internal(String name, S initial, Function<S, @Nullable Instant> dueAt) {
    Builder<S> builder = define("internal." + name, initial);
    builder.name = "$" + name;
    builder.dueAt = dueAt;
    return builder;
  }

  /**
   * Begins a module whose state is an immutable value, such as a record.
   *
   * @param name letters, digits, {@code _}, {@code -} and {@code .}, beginning with a letter, at
   *     most 100; it names the records, so it stays
   * @param initial the state at first
   */
  @SuppressWarnings("unchecked")
  public static <S> Builder<S> define(String name, S initial) {
    Objects.requireNonNull(initial, "initial");
    return new Builder<>(name, (Class<S>) initial.getClass(), () -> initial);
  }

  /**
   * Begins a module whose state is made anew for each instance, as a mutable class must be.
   *
   * @param initial gives equal states at every call
   */
  public static <S> Builder<S> define(String name, Supplier<S> initial) {
    Objects.requireNonNull(initial, "initial");
    S first = Objects.requireNonNull(initial.get(), "initial.get()");
    return new Builder<>(name, first.getClass(), initial);
  }

  /**
   * Begins a module whose state's type is wider than that of its first value, such as a sealed one.
   */
  public static <S> Builder<S> define(String name, Class<S> type, S initial) {
    Objects.requireNonNull(initial, "initial");
    return new Builder<>(name, type, () -> initial);
  }

  /** Begins a module whose state's type is generic. */
  public static <S> Builder<S> define(String name, TypeRef<S> type, S initial) {
    Objects.requireNonNull(initial, "initial");
    return new Builder<>(name, type.type(), () -> initial);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The names of the actions. */
  public Set<String> actions() {
    return actions.names();
  }

  /** Whether the caller names the instance: {@link KeyStrategy#byId()}. */
  public boolean isById() {
    return strategy instanceof KeyStrategy.ById;
  }

  /** Whether some client may name an instance: {@code byId} with {@link Builder#admit}. */
  public boolean admitsClients() {
    return isById() && !hooks.admit().equals(Hooks.NOBODY);
  }

  /** A state as JSON text in UTF-8, whole, as a client sees it. */
  public byte[] toJson(S state) {
    return codec.encode(state);
  }

  /**
   * What turns the JSON of one published state into that of another (RFC 6902). Where states are
   * immutable values, the cost follows the change; else it follows the state.
   *
   * @param maxBytes how long it may be
   * @return empty if it would be longer
   */
  public Optional<JsonPatch> toPatch(S before, S after, int maxBytes) {
    return codec.patch(before, after, maxBytes);
  }

  /** Whether states are immutable values, so that who reads the same state gets the same object. */
  public boolean hasImmutableStates() {
    return codec.immutable();
  }

  StateCodec<S> codec() {
    return codec;
  }

  /** The form of its records. */
  RecordCodec<S> records() {
    return records;
  }

  /** What becomes of a record that cannot be read. */
  Unreadable onUnreadable() {
    return onUnreadable;
  }

  /** The names that it had before, the latest first. */
  List<String> formerNames() {
    return formerNames;
  }

  /** Null for one session's, unsaved. */
  @Nullable KeyStrategy<S> strategy() {
    return strategy;
  }

  boolean isPersistent() {
    return persistent;
  }

  SavePolicy policy() {
    return policy;
  }

  @Nullable StateStore store() {
    return store;
  }

  /** How long a record outlives its last change or subscriber; null for ever. */
  @Nullable Duration expireAfter() {
    return expireAfter;
  }

  /** What becomes of a guest's state where something is stored; null for law K2's rule. */
  @Nullable BinaryOperator<S> onAdopt() {
    return onAdopt;
  }

  ActionIds.Memory idMemory() {
    return idMemory;
  }

  /** Whether a session without a key has a record of its own here. */
  boolean savesGuests() {
    return persistent && strategy instanceof KeyStrategy.WithKey<S> withKey && withKey.savesGuests;
  }

  Actions<S> table() {
    return actions;
  }

  Hooks<S> hooks() {
    return hooks;
  }

  StackTraceElement definedAt() {
    return definedAt;
  }

  States<S> states() {
    return states;
  }

  /** When somebody has to look at a record again; null for never. */
  @Nullable Function<S, @Nullable Instant> dueAt() {
    return dueAt;
  }

  @Override
  public String toString() {
    return "StateModule[" + name + "]";
  }

  /**
   * A pure function of state and payload. It may run more than once.
   *
   * @param <S> the state's type
   * @param <P> the payload's type
   */
  @FunctionalInterface
  public interface Reducer<S, P> {
    /** The new state; the same one for "no change". */
    S reduce(S state, P payload);
  }

  /**
   * What happens on an action, with a context to act through. It runs on a virtual thread, may
   * block for as long as the runtime's action time-out, and may throw.
   *
   * @param <S> the state's type
   */
  @FunctionalInterface
  public interface Handler<S> {
    /** Acts. */
    void handle(ActionContext<S> context) throws Exception;
  }

  /**
   * A {@link Handler} with a payload.
   *
   * @param <S> the state's type
   * @param <P> the payload's type
   */
  @FunctionalInterface
  public interface PayloadHandler<S, P> {
    /** Acts. */
    void handle(ActionContext<S> context, P payload) throws Exception;
  }

  /**
   * Decides about an action that threw.
   *
   * @param <S> the state's type
   */
  @FunctionalInterface
  public interface ErrorHandler<S> {
    /** The decision; what this throws is reported and counts as {@link ErrorDecision#RETHROW}. */
    ErrorDecision onError(ActionContext<S> context, Exception error);
  }

  /**
   * Puts a module together. Not thread-safe; {@link #build()} checks everything.
   *
   * @param <S> the state's type
   */
  public static final class Builder<S> {

    private String name;
    private @Nullable Function<S, @Nullable Instant> dueAt;
    private final Type type;
    private final Supplier<S> initial;
    private final StackTraceElement definedAt;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Action<S>> plain = new LinkedHashMap<>();
    private final Map<String, Action<S>> typed = new LinkedHashMap<>();
    private final Persistence<S> persistence = new Persistence<>();
    private @Nullable KeyStrategy<S> strategy;
    private boolean persistent;
    private @Nullable PayloadHandler<S, RestoreInfo> onCreated;
    private @Nullable PayloadHandler<S, RestoreInfo> onActivated;
    private @Nullable Handler<S> onPassivated;
    private @Nullable PayloadHandler<S, Session> onAttach;
    private @Nullable PayloadHandler<S, Session> onDetach;
    private @Nullable PayloadHandler<S, Session> onDisconnect;
    private @Nullable PayloadHandler<S, Reconnect<S>> onReconnect;
    private @Nullable Handler<S> onExpire;
    private @Nullable ErrorHandler<S> onError;
    private BiPredicate<Session, String> admit = Hooks.NOBODY;

    private Builder(String name, Type type, Supplier<S> initial) {
      this.name = name;
      this.type = type;
      this.initial = initial;
      this.definedAt = caller();
    }

    private static StackTraceElement caller() {
      return StackWalker.getInstance()
          .walk(
              frames ->
                  frames
                      .filter(f -> !f.getClassName().startsWith(StateModule.class.getName()))
                      .map(StackWalker.StackFrame::toStackTraceElement)
                      .findFirst())
          .orElseGet(() -> new StackTraceElement("unknown", "unknown", null, -1));
    }

    /** Keeps the state in the runtime's store, acknowledged when committed. */
    public Builder<S> persist(KeyStrategy<S> strategy) {
      return persist(strategy, p -> {});
    }

    /** Keeps the state as the function says. */
    public Builder<S> persist(KeyStrategy<S> strategy, Consumer<Persistence<S>> how) {
      choose(strategy, true);
      how.accept(persistence);
      return this;
    }

    /**
     * Shares the state as the strategy says, unsaved. It lives as long as a session is attached.
     */
    public Builder<S> ephemeral(KeyStrategy<S> strategy) {
      choose(strategy, false);
      return this;
    }

    private void choose(KeyStrategy<S> strategy, boolean persistent) {
      if (this.strategy != null) {
        faults.add("persist or ephemeral is said twice");
      }
      this.strategy = Objects.requireNonNull(strategy, "strategy");
      this.persistent = persistent;
    }

    /**
     * Decides which sessions may attach to which instance of a {@link KeyStrategy#byId()} module.
     * Without this, none may; code without a session always may.
     */
    public Builder<S> admit(BiPredicate<Session, String> entitled) {
      this.admit = Objects.requireNonNull(entitled, "entitled");
      return this;
    }

    /**
     * An action that is a pure function of the state. The same name may be given once more with a
     * payload type: then the payload decides which of the two runs.
     */
    public Builder<S> reduce(String action, UnaryOperator<S> function) {
      Objects.requireNonNull(function, "function");
      return add(
          plain,
          new Action<>(action, title(action), null, (state, none) -> function.apply(state), null));
    }

    /** An action that is a pure function of state and payload. */
    public <P> Builder<S> reduce(String action, Class<P> payload, Reducer<S, P> function) {
      Objects.requireNonNull(function, "function");
      return add(
          typed,
          new Action<>(
              action,
              title(action),
              payload,
              (state, given) -> function.reduce(state, given(payload, given)),
              null));
    }

    /** An action that may block, throw, and dispatch to others. */
    public Builder<S> onAction(String action, Handler<S> handler) {
      Objects.requireNonNull(handler, "handler");
      return add(
          plain,
          new Action<>(
              action, title(action), null, null, (context, none) -> handler.handle(context)));
    }

    /** The same with a payload. */
    public <P> Builder<S> onAction(String action, Class<P> payload, PayloadHandler<S, P> handler) {
      Objects.requireNonNull(handler, "handler");
      return add(
          typed,
          new Action<>(
              action,
              title(action),
              payload,
              null,
              (context, given) -> handler.handle(context, given(payload, given))));
    }

    private static <P> P given(Class<P> type, @Nullable Object payload) {
      return Objects.requireNonNull(type.cast(payload), "payload");
    }

    private String title(String action) {
      return "Action \"" + action + "\" of module " + name;
    }

    private Builder<S> add(Map<String, Action<S>> table, Action<S> action) {
      if (action.name().isBlank()) {
        faults.add("an action needs a name, got a blank one");
      } else if (action.payload() != null && action.payload().isPrimitive()) {
        faults.add(
            "action \"%s\" takes a payload of the primitive type %s: name its class instead"
                .formatted(action.name(), action.payload()));
      } else if (table.putIfAbsent(action.name(), action) != null) {
        faults.add(
            "action \"%s\" is defined twice with%s a payload"
                .formatted(action.name(), action.payload() == null ? "out" : ""));
      }
      return this;
    }

    /**
     * Runs when a session first meets an instance of this module, after the state was restored and
     * before the session's first action. What it changes on an instance without a record counts as
     * defaults: saved only with the first action's change. After a crash it may run once more, and
     * so it may where the caller names the instance and the session has met 1,000 others since: the
     * latest 1,000 are remembered over a restart.
     */
    public Builder<S> onCreated(PayloadHandler<S, RestoreInfo> hook) {
      this.onCreated = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs once for each time that an instance comes into memory, after its state was restored and
     * before anything else of this module's. It belongs to no session and cannot change the key.
     * What it changes on an instance without a record counts as defaults, as with {@link
     * #onCreated}. What it throws is reported, and the instance goes on.
     */
    public Builder<S> onActivated(PayloadHandler<S, RestoreInfo> hook) {
      this.onActivated = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs when an instance has left memory, with all its changes saved, and when the runtime
     * closes; not after a crash. It sees the last state; what it changes is not kept. Who comes
     * back to the instance meanwhile waits for it. What it throws is reported.
     */
    public Builder<S> onPassivated(Handler<S> hook) {
      this.onPassivated = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs when a session comes to an instance, after {@link #onCreated}: with its first
     * subscription there, such as that of its client's first window. It cannot change the key. What
     * it changes on an instance without a record counts as defaults. What it throws is reported.
     *
     * <p>To show who is there, keep that in an {@linkplain #ephemeral unsaved} module or an {@link
     * dev.holdfast.codec.Ephemeral} member: after a crash nobody is there, and nobody says so.
     */
    public Builder<S> onAttach(PayloadHandler<S, Session> hook) {
      this.onAttach = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs when a session leaves an instance: its last subscription there has ended, it went to
     * another key, or it has ended. Not after a crash, nor for subscriptions that are still open
     * when the runtime closes. Otherwise as {@link #onAttach}.
     */
    public Builder<S> onDetach(PayloadHandler<S, Session> hook) {
      this.onDetach = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs when a session's last connection about this module has ended, while the session lives on
     * for its time to live. It sees the last state, and may change it as {@link #onDetach} may.
     * Connections that replace one another go unnoticed. Not after a crash. What it throws is
     * reported.
     */
    public Builder<S> onDisconnect(PayloadHandler<S, Session> hook) {
      this.onDisconnect = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs when the client of a session that has met this module before connects to it again, also
     * after a restart: after the state was restored, and before the client is shown it. The state
     * is the one that was there; {@link Reconnect#restore} puts another in its place. What it
     * changes is saved as with {@link #onCreated}, and it may change the key. What it throws is
     * reported, and the client goes on.
     */
    public Builder<S> onReconnect(PayloadHandler<S, Reconnect<S>> hook) {
      this.onReconnect = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Runs when a state goes for good because its time is up: its session's time to live, or its
     * record's {@link Persistence#expireAfter}. It sees the last state; what it changes is not
     * kept. After a crash it may run once more. What it throws is reported, and the state goes all
     * the same.
     */
    public Builder<S> onExpire(Handler<S> hook) {
      this.onExpire = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /** Decides about actions that threw. It cannot change the state. */
    public Builder<S> onError(ErrorHandler<S> hook) {
      this.onError = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * Checks the definition.
     *
     * @throws IllegalArgumentException naming every fault: a bad name, an action defined twice, a
     *     state type or first state that cannot be kept, with the path of the field; a path to save
     *     that leads nowhere, with the nearest one that does; a version without a step to it
     */
    public StateModule<S> build() {
      List<String> found = new ArrayList<>(faults);
      if (dueAt == null && !NAME.matcher(name).matches()) {
        found.add(
            "the name is letters, digits, \"_\", \"-\" and \".\", begins with a letter and has at"
                + " most 100 characters, got \"%s\"".formatted(name));
      }
      found.addAll(keyFaults());
      StateCodec<S> codec = null;
      RecordCodec<S> records = null;
      try {
        codec = StateCodec.of(type, initial);
        records = persistence.records().codec(codec, name, found);
      } catch (IllegalArgumentException e) {
        found.add(e.getMessage());
      }
      if (codec == null || records == null || !found.isEmpty()) {
        throw new IllegalArgumentException(
            "Module \"%s\", defined at %s: %s"
                .formatted(name, definedAt, String.join("; ", found)));
      }
      return new StateModule<>(this, codec, records);
    }

    private List<String> keyFaults() {
      if (strategy instanceof KeyStrategy.WithKey<S> withKey) {
        return withKey.savesGuests && !persistent
            ? List.of("an ephemeral module has no record for a guest: say withKey(key) alone")
            : List.of();
      }
      return persistence.onAdopt() == null
          ? List.of()
          : List.of("onAdopt is for withKey, and the strategy is " + strategy);
    }
  }
}
