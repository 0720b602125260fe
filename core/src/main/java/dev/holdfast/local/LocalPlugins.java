package dev.holdfast.local;

import dev.holdfast.Subscription;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugins of all states of this process. Safe for many threads. */
public final class LocalPlugins {

  private static final Logger LOG = LoggerFactory.getLogger(LocalPlugins.class);
  private static final CopyOnWriteArrayList<LocalPlugin> USED = new CopyOnWriteArrayList<>();

  private LocalPlugins() {}

  /**
   * Applies a plugin to every state that is live, and to every one that is defined later. What it
   * throws for a live state is logged; for one that is being defined, the definition fails.
   *
   * @return ends it for later states
   */
  public static Subscription use(LocalPlugin plugin) {
    Objects.requireNonNull(plugin, "plugin");
    if (USED.addIfAbsent(plugin)) {
      LiveStates.all().forEach(state -> apply(state, plugin));
    }
    return () -> USED.remove(plugin);
  }

  private static void apply(LocalState<?> state, LocalPlugin plugin) {
    try {
      state.applyOnce(plugin);
    } catch (RuntimeException e) {
      LOG.warn("A plugin failed for {}", state, e);
    }
  }

  /** Persistence as a plugin, without defaults of its own. See the other one. */
  public static LocalPlugin persistent() {
    return persistent(defaults -> {});
  }

  /**
   * Persistence as a plugin. {@link #use Used} for all states, it gives the defaults, such as the
   * storage, to those that are defined after it with {@link LocalOptions#persist}; the one that was
   * used last counts. Given to one state with {@link LocalState#with}, it makes that persistent, if
   * it is not. Without it, {@code persist} works all the same.
   */
  public static LocalPlugin persistent(Consumer<LocalPersistence> defaults) {
    return new Persistent(defaults);
  }

  static List<LocalPlugin> used() {
    return USED;
  }

  /** What a state's persistence begins with. */
  static LocalPersistence defaults() {
    LocalPersistence persistence = new LocalPersistence();
    Persistent last = null;
    for (LocalPlugin plugin : USED) {
      last = plugin instanceof Persistent persistent ? persistent : last;
    }
    if (last != null) {
      last.defaults.accept(persistence);
    }
    return persistence;
  }

  /** The settings of persistence; the state itself does the rest. */
  static final class Persistent implements LocalPlugin {
    private final Consumer<LocalPersistence> defaults;

    Persistent(Consumer<LocalPersistence> defaults) {
      this.defaults = Objects.requireNonNull(defaults, "defaults");
    }

    @Override
    public void apply(LocalState<?> state, LocalOptions options) {
      // For all states it gives defaults only.
    }

    LocalPersistence persistence() {
      LocalPersistence persistence = LocalPlugins.defaults();
      defaults.accept(persistence);
      return persistence;
    }
  }
}
