package dev.holdfast.local;

import dev.holdfast.KeyStrategy;
import dev.holdfast.Persistence;
import dev.holdfast.StateModule;
import dev.holdfast.Unreadable;
import dev.holdfast.codec.JsonTree;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a local state is kept. Given to the function that {@link LocalOptions#persist(Consumer)}
 * takes. What is said twice counts as said last.
 */
public final class LocalPersistence {

  static final String MODULE = "Local";

  private static final SavePolicy SOON =
      SavePolicy.writeBehind(Duration.ofMillis(50), Duration.ofMillis(500));

  private @Nullable String key;
  private @Nullable Storage storage;
  private @Nullable List<String> paths;
  private @Nullable List<String> exceptPaths;
  private int version = 1;
  private final Map<Integer, Consumer<JsonTree>> steps = new TreeMap<>();
  private SavePolicy policy = SOON;
  private Unreadable onUnreadable = Unreadable.FAIL;
  private Consumer<? super RuntimeException> onError = error -> {};
  private boolean hydrate = true;
  private boolean singleton;
  private boolean memoryIfNone;
  private boolean async;

  LocalPersistence() {}

  /**
   * The name under which the state is kept; it stays when the type changes. By default it is made
   * of the state's shape, see {@link StructureKey}, and changes with every field added or removed.
   *
   * @param key any text but a blank one, not beginning with {@code $}, of at most 4,000 characters
   * @throws IllegalArgumentException if it is another
   */
  public LocalPersistence key(String key) {
    if (key.isBlank() || key.startsWith("$") || key.length() > 4_000) {
      throw new IllegalArgumentException(
          "A key is not blank, does not begin with \"$\" and has at most 4000 characters, got \"%s\""
              .formatted(key.length() > 100 ? key.substring(0, 100) + "..." : key));
    }
    this.key = key;
    return this;
  }

  /**
   * Where it is kept. By default where {@link LocalPlugins#persistent(Consumer)} says, else in
   * {@link Storage#forApp}, with the name that the system property {@code holdfast.app} says, else
   * that of the main class or jar.
   */
  public LocalPersistence storage(Storage storage) {
    this.storage = Objects.requireNonNull(storage, "storage");
    this.async = false;
    return this;
  }

  /**
   * Where it is kept, if that answers later: the state is at its defaults until {@link
   * LocalState#ready()}. A change made before wins over the stored value of the field it changed.
   */
  public LocalPersistence storage(AsyncStorage storage) {
    this.storage = new AwaitedStorage(Objects.requireNonNull(storage, "storage"));
    this.async = true;
    return this;
  }

  /**
   * Keeps only these members; all others have their default after a restore. By default everything
   * is kept that is not {@link dev.holdfast.codec.Ephemeral}.
   *
   * @param paths such as {@code "user.email"}, as {@link Persistence#paths}
   */
  public LocalPersistence paths(String... paths) {
    this.paths = List.of(paths);
    return this;
  }

  /** Keeps everything but these members; see {@link #paths}, which excludes this. */
  public LocalPersistence exceptPaths(String... paths) {
    this.exceptPaths = List.of(paths);
    return this;
  }

  /** The version of the state's schema, from 1, which it is by default. */
  public LocalPersistence version(int version) {
    this.version = version;
    return this;
  }

  /** Takes stored states from one version to the next, as {@link Persistence#migrate}. */
  public LocalPersistence migrate(int from, Consumer<JsonTree> step) {
    steps.put(from, Objects.requireNonNull(step, "step"));
    return this;
  }

  /**
   * When changes are saved: by default 50 ms after the last one, and at the latest 500 ms after the
   * first. With {@link SavePolicy#committed()} a change returns when it is durable.
   */
  public LocalPersistence save(SavePolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** What becomes of a stored state that cannot be read; {@link Unreadable#FAIL} by default. */
  public LocalPersistence onUnreadable(Unreadable choice) {
    this.onUnreadable = Objects.requireNonNull(choice, "choice");
    return this;
  }

  /**
   * Is told of what no caller can be told: a save that failed and is tried again, an asynchronous
   * restore that failed, changes that were lost to another process. The message names the key.
   * Called from threads of the engine's; what it throws is logged.
   */
  public LocalPersistence onError(Consumer<? super RuntimeException> hook) {
    this.onError = Objects.requireNonNull(hook, "hook");
    return this;
  }

  /**
   * Whether the state is restored, and saved from then on, when it is defined; true by default.
   * Otherwise it lives in memory until {@link LocalState#mount()}.
   */
  public LocalPersistence hydrate(boolean now) {
    this.hydrate = now;
    return this;
  }

  /**
   * A second definition with this key and storage gives the live state instead of failing. Its
   * other options count for nothing; the types have to be the same.
   */
  public LocalPersistence singleton() {
    this.singleton = true;
    return this;
  }

  /**
   * Uses memory for this run, with a warning, where the folder of the storage cannot be used.
   * Without this, the definition fails.
   */
  public LocalPersistence memoryIfNone() {
    this.memoryIfNone = true;
    return this;
  }

  // What a definition makes of it

  @Nullable String key() {
    return key;
  }

  Storage storage() {
    if (storage != null) {
      return storage;
    }
    String program = AppFolder.mainProgram();
    if (program == null) {
      throw new IllegalArgumentException(
          "Nothing tells this program's name: say storage(Storage.forApp(\"...\"))");
    }
    return Storage.forApp(program);
  }

  boolean isAsync() {
    return async;
  }

  boolean hydrates() {
    return hydrate;
  }

  boolean isSingleton() {
    return singleton;
  }

  boolean allowsMemory() {
    return memoryIfNone;
  }

  Consumer<? super RuntimeException> onError() {
    return onError;
  }

  <S> StateModule.Builder<S> applyTo(StateModule.Builder<S> module) {
    return module.persist(KeyStrategy.byId(), this::fill);
  }

  private void fill(Persistence<?> module) {
    module.save(policy).version(version).onUnreadable(onUnreadable);
    steps.forEach(module::migrate);
    if (paths != null) {
      module.paths(paths.toArray(String[]::new));
    }
    if (exceptPaths != null) {
      module.exceptPaths(exceptPaths.toArray(String[]::new));
    }
  }

  static StateKey record(String key) {
    return StateKey.keyed(MODULE, key);
  }
}
