package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The live instances of a runtime, one for each key, and the modules they are of. */
final class Instances {

  private final Engine engine;
  private final Map<String, StateModule<?>> modules;
  private final StateStore defaultStore;
  private final Map<StateStore, AutoSaver> savers;
  private final ConcurrentHashMap<StateKey, Instance<?>> live = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Instances(
      Engine engine,
      Map<String, StateModule<?>> modules,
      StateStore defaultStore,
      Map<StateStore, AutoSaver> savers) {
    this.engine = engine;
    this.modules = modules;
    this.defaultStore = defaultStore;
    this.savers = savers;
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

  int size() {
    return live.size();
  }

  List<Instance<?>> all() {
    return List.copyOf(live.values());
  }

  void close() {
    closed = true;
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
    return (Instance<S>) live.computeIfAbsent(key, k -> create(module, k));
  }

  /** The instance of a key, with a session attached to it before it can leave. */
  @SuppressWarnings("unchecked")
  <S> Instance<S> attach(StateModule<S> module, StateKey key) {
    Instance<?> instance =
        live.compute(
            key,
            (k, present) -> {
              Instance<?> attached = present == null ? create(module, k) : present;
              attached.attach();
              return attached;
            });
    return (Instance<S>) instance;
  }

  /** An instance that belongs to one session and has no record. */
  <S> Instance<S> unsaved(StateModule<S> module) {
    return new Instance<>(engine, module, null, null);
  }

  private <S> Instance<S> create(StateModule<S> module, StateKey key) {
    if (!module.isPersistent()) {
      return new Instance<>(engine, module, key, null);
    }
    StateStore own = module.store();
    StateStore store = own == null ? defaultStore : own;
    AutoSaver saver = savers.get(store);
    if (saver == null) {
      throw new IllegalStateException("No saver for the store of module " + module.name());
    }
    return new Instance<>(engine, module, key, new Instance.Backing(store, saver));
  }

  /** Ends a session's stay, and lets the instance leave memory if nothing else needs it. */
  void detach(Instance<?> instance) {
    instance.detach();
    retire(instance);
  }

  /** Lets an instance leave memory if nothing needs it. */
  void retire(Instance<?> instance) {
    StateKey key = instance.keyOrNull();
    if (key != null) {
      live.computeIfPresent(
          key, (k, present) -> present.equals(instance) && present.retire() ? null : present);
    }
  }

  /** Lets the saved instances leave memory that nobody needs and nobody has used for a while. */
  void retireUnused() {
    live.keySet()
        .forEach(
            key ->
                live.computeIfPresent(
                    key, (k, instance) -> instance.retireIfUnused() ? null : instance));
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
    return new KeyRef<>(this, module, StateKey.global(module.name()), null);
  }

  <S> StateRef<S> ref(StateModule<S> module, String id) {
    check(module);
    KeyStrategy<S> strategy = module.strategy();
    return switch (strategy) {
      case null ->
          throw new IllegalArgumentException(
              "Module %s is one session's own: go through the session".formatted(module.name()));
      case KeyStrategy.Global<S> global ->
          throw new IllegalArgumentException(
              "Module %s has one instance for all: ref(module)".formatted(module.name()));
      case KeyStrategy.PerSession<S> session ->
          new KeyRef<>(
              this, module, StateKey.session(module.name(), LiveSession.namedId(id)), null);
      case KeyStrategy.ById<S> byId ->
          new KeyRef<>(this, module, StateKey.keyed(module.name(), id), null);
      case KeyStrategy.WithKey<S> withKey ->
          new KeyRef<>(this, module, StateKey.keyed(module.name(), id), null);
    };
  }
}
