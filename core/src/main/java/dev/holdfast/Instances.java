package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The live instances of a runtime, one for each key, and the modules they are of. */
final class Instances {

  private final Engine engine;
  private final Map<String, StateModule<?>> modules;
  private final StateStore defaultStore;
  private final Map<StateStore, AutoSaver> savers;
  private final Map<StateStore, Backlog> backlogs = new HashMap<>();
  private final ConcurrentHashMap<StateKey, Instance<?>> live = new ConcurrentHashMap<>();
  private final Departures departures;
  private Runnable onArrival = () -> {};
  private volatile boolean closed;
  private volatile boolean over;

  Instances(
      Engine engine,
      Map<String, StateModule<?>> modules,
      StateStore defaultStore,
      Map<StateStore, AutoSaver> savers) {
    this.engine = engine;
    this.modules = modules;
    this.defaultStore = defaultStore;
    this.savers = savers;
    savers
        .keySet()
        .forEach(store -> backlogs.put(store, new Backlog(engine.options.maxDirtyBytes())));
    this.departures = new Departures(engine);
  }

  /** Is told whenever an instance has come into memory. Once, before anyone else has this. */
  void onArrival(Runnable task) {
    onArrival = task;
  }

  Engine engine() {
    return engine;
  }

  Collection<StateModule<?>> modules() {
    return modules.values();
  }

  @Nullable StateModule<?> module(String name) {
    return modules.get(name);
  }

  Collection<AutoSaver> savers() {
    return savers.values();
  }

  Collection<StateStore> stores() {
    return savers.keySet();
  }

  boolean isLive(StateKey key) {
    return live.containsKey(key);
  }

  /** The store of a key's records; null if no module here has it. */
  @Nullable StateStore storeOf(StateKey key) {
    boolean row = key.module().equals(SessionRow.MODULE.name());
    StateModule<?> module = row ? SessionRow.MODULE : named(key.module());
    if (module == null || !module.isPersistent()) {
      return null;
    }
    StateStore own = module.store();
    return own == null ? defaultStore : own;
  }

  /** The module of a name, which may be one that it had before. */
  @Nullable StateModule<?> named(String name) {
    StateModule<?> now = modules.get(name);
    return now != null
        ? now
        : modules.values().stream()
            .filter(module -> module.formerNames().contains(name))
            .findFirst()
            .orElse(null);
  }

  private Backlog backlog(StateStore store) {
    return Objects.requireNonNull(backlogs.get(store));
  }

  /** What waits for a module's store; null if it is not saved. */
  @Nullable Backlog backlogOf(StateModule<?> module) {
    StateStore own = module.store();
    return module.isPersistent() ? backlog(own == null ? defaultStore : own) : null;
  }

  /** Shows each store's saver, and what waits for it. */
  void eachStore(BiConsumer<AutoSaver, Backlog> task) {
    savers.forEach((store, saver) -> task.accept(saver, backlog(store)));
  }

  /** Refuses what would have to be saved in the runtime's own store, if too much waits there. */
  void ensureRoom() {
    Backlog backlog = backlog(defaultStore);
    if (backlog.isFull()) {
      throw new OverloadedException(
          "More than %d bytes wait to be saved".formatted(backlog.most()));
    }
  }

  int size() {
    return live.size();
  }

  Set<StateKey> keys() {
    return live.keySet();
  }

  List<Instance<?>> all() {
    return List.copyOf(live.values());
  }

  void close() {
    closed = true;
  }

  /** From now on nothing begins, also of what was taken in before the close. */
  void end() {
    over = true;
    all().forEach(each -> each.replacement().abandon());
  }

  boolean isOver() {
    return over;
  }

  void ensureOpen() {
    if (closed) {
      throw new ClosedException("The runtime is closed");
    }
  }

  /** Refuses a module that this runtime does not have. */
  void check(StateModule<?> module) {
    if (!module.equals(modules.get(module.name()))) {
      throw new IllegalArgumentException(
          "Module %s is not one of this runtime's: open it with the module%s"
              .formatted(module.name(), Nearest.hint(module.name(), modules.keySet())));
    }
  }

  /** The instance of a key, made if there is none. */
  @SuppressWarnings("unchecked") // a key names its module, and a runtime has one module of a name
  <S> Instance<S> of(StateModule<S> module, StateKey key) {
    Instance<?> present = live.get(key);
    if (present != null) {
      return (Instance<S>) present;
    }
    Instance<?> instance = live.computeIfAbsent(key, k -> create(module, k));
    arrived(instance);
    return (Instance<S>) instance;
  }

  /** The instance of a key, with a session attached to it before it can leave. */
  @SuppressWarnings("unchecked")
  <S> Instance<S> attach(StateModule<S> module, StateKey key) {
    AtomicBoolean made = new AtomicBoolean();
    Instance<?> instance =
        live.compute(
            key,
            (k, present) -> {
              made.setPlain(present == null);
              Instance<?> attached = present == null ? create(module, k) : present;
              attached.attach();
              return attached;
            });
    if (made.getPlain()) {
      arrived(instance);
    }
    return (Instance<S>) instance;
  }

  private void arrived(Instance<?> instance) {
    onArrival.run();
    if (over) {
      instance.replacement().abandon(); // It came too late to be among those that were ended.
    }
  }

  /** An instance that belongs to one session and has no record. */
  <S> Instance<S> unsaved(StateModule<S> module) {
    return new Instance<>(engine, module, null, null, null);
  }

  private <S> Instance<S> create(StateModule<S> module, StateKey key) {
    engine.recency.advance(); // Whoever was used before is older than the new one.
    if (!module.isPersistent()) {
      return new Instance<>(engine, module, key, null, departures.of(key));
    }
    StateStore own = module.store();
    StateStore store = own == null ? defaultStore : own;
    AutoSaver saver = savers.get(store);
    if (saver == null) {
      throw new IllegalStateException("No saver for the store of module " + module.name());
    }
    return new Instance<>(
        engine,
        module,
        key,
        new Instance.Backing(store, saver, backlog(store)),
        departures.of(key));
  }

  /** Lets go of an instance, which leaves memory if nothing else needs it. */
  void detach(Instance<?> instance) {
    instance.detach();
    retire(instance);
  }

  /** Lets an instance leave memory if nothing needs it. */
  void retire(Instance<?> instance) {
    StateKey key = instance.keyOrNull();
    if (key != null) {
      leave(key, present -> present.equals(instance) && present.retire());
    }
  }

  /**
   * Lets an instance leave memory if nothing needs it and nobody has used it since a moment.
   *
   * @return whether it did
   */
  boolean passivate(StateKey key, int since) {
    return leave(key, present -> present.retireIfUnused(since));
  }

  private boolean leave(StateKey key, Predicate<Instance<?>> leaves) {
    AtomicReference<@Nullable Runnable> task = new AtomicReference<>();
    live.computeIfPresent(
        key,
        (k, present) -> {
          CompletableFuture<Void> over = departures.begin(present);
          if (!leaves.test(present)) {
            if (over != null) {
              departures.cancel(present, over);
            }
            return present;
          }
          task.set(over == null ? () -> {} : () -> departures.run(present, over));
          return null;
        });
    Runnable left = task.get();
    if (left == null) {
      return false;
    }
    left.run();
    return true;
  }

  /** Runs {@code onPassivated} for all that are in memory; they stay. */
  void sayFarewell() {
    all().forEach(this::sayFarewell);
  }

  private <S> void sayFarewell(Instance<S> instance) {
    if (instance.module().hooks().onPassivated() != null && instance.isLive()) {
      instance.submit(departures.farewell(instance.module()), false);
    }
  }

  /** Another writer may have changed a record: who has it in memory follows. */
  void changedElsewhere(StateKey key) {
    Instance<?> present = live.get(key);
    if (present != null) {
      present.refresh();
    }
  }

  /** Does something with the instance of a key, which may leave memory afterwards. */
  <S> void with(StateModule<S> module, StateKey key, Consumer<Instance<S>> task) {
    Instance<S> instance = attach(module, key);
    try {
      task.accept(instance);
    } finally {
      detach(instance);
    }
  }

  <S> StateRef<S> ref(StateModule<S> module) {
    check(module);
    if (!(module.strategy() instanceof KeyStrategy.Global)) {
      throw new IllegalArgumentException(
          "Module %s has many instances: name one with ref(module, id), or go through a session"
              .formatted(module.name()));
    }
    return new KeyRef<>(this, module, StateKey.global(module.name()));
  }

  <S> StateRef<S> ref(StateModule<S> module, String id) {
    check(module);
    return new KeyRef<>(this, module, Records.key(module, id));
  }
}
