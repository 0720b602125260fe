package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.SaveListener;
import dev.holdfast.store.Enumerable;
import dev.holdfast.store.RescuePlace;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A runtime: modules, a store, their live instances, and what saves them. Safe for many threads.
 *
 * <pre>{@code
 * try (var app = Holdfast.open(SqliteStateStore.open(Path.of("app.db")), counter)) {
 *   app.session("s-42").ref(counter).dispatch("add", new Add(5));
 * }
 * }</pre>
 */
public final class Holdfast implements AutoCloseable {

  private final Instances instances;
  private final SessionRegistry registry;
  private final Closing closing;
  private final ConcurrentHashMap<String, LiveSession> named = new ConcurrentHashMap<>();
  private boolean closed;

  private Holdfast(Instances instances, SessionRegistry registry, Closing closing) {
    this.instances = instances;
    this.registry = registry;
    this.closing = closing;
  }

  /**
   * Opens a runtime with the defaults.
   *
   * @param store where records live; closed with the runtime
   * @throws IllegalArgumentException if two modules have one name
   */
  public static Holdfast open(StateStore store, StateModule<?>... modules) {
    return builder(store).modules(modules).open();
  }

  /** The same. */
  public static Holdfast open(StateStore store, Collection<? extends StateModule<?>> modules) {
    return builder(store).modules(modules).open();
  }

  /** Begins a runtime with options. */
  public static Builder builder(StateStore store) {
    return new Builder(store);
  }

  /** The modules, in the order given. */
  public List<StateModule<?>> modules() {
    return List.copyOf(instances.modules());
  }

  /** The module of a name. */
  public Optional<StateModule<?>> module(String name) {
    return Optional.ofNullable(instances.module(name));
  }

  /**
   * A session that the program names itself, such as a user of a bot. No id or token from a wire
   * reaches it. Its records stay until they are erased.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public Session session(String name) {
    instances.ensureOpen();
    LiveSession.namedId(name);
    return named.computeIfAbsent(name, n -> LiveSession.named(instances, n));
  }

  /** The door through which transports tie connections to sessions. */
  public Sessions sessions() {
    return registry;
  }

  /**
   * The instance of a {@link KeyStrategy#global()} module.
   *
   * @throws IllegalArgumentException if the module has many instances, or is not one of these
   */
  public <S> StateRef<S> ref(StateModule<S> module) {
    return instances.ref(module);
  }

  /**
   * The instance that an id names: of a {@link KeyStrategy#byId()} or {@link KeyStrategy#withKey}
   * module, or of the session that the program names so. Code that calls this is trusted: nobody is
   * asked whether it may.
   *
   * @throws IllegalArgumentException if the module is global or unsaved, is not one of these, or
   *     the id is blank
   */
  public <S> StateRef<S> ref(StateModule<S> module, String id) {
    return instances.ref(module, id);
  }

  /**
   * Takes an instance back to its defaults and its record out of the store, and waits until that is
   * durable. Who is attached goes on with defaults at once. No write that was prepared before
   * succeeds after.
   *
   * @throws IllegalArgumentException if no module has the key's name
   * @throws OutcomeUnknownException if the store did not answer in time; the erase is still carried
   *     out as soon as it does
   * @throws LoadException if the store could not be asked for copies and former names of the
   *     record; the record itself is still erased as soon as it can be, but ask again for the rest
   */
  public void erase(StateKey key) {
    instances.ensureOpen();
    StateModule<?> module = instances.module(key.module());
    if (module == null || !module.isPersistent()) {
      throw new IllegalArgumentException("No module keeps records as " + key.module());
    }
    instances.with(module, key, instance -> Ref.get(instance.erase()));
  }

  /**
   * Ends a session and takes everything of its own out of the store: its records, what it kept as a
   * guest, its row. What it shares with others stays; erase a user's records by their keys. Its
   * client, if connected, finds that the session has ended, and gets a new one when it connects
   * again. Waits until that is durable.
   *
   * @param id the public id, see {@link Session#id}; one that is not known is fine
   * @throws OutcomeUnknownException if the store did not answer in time; ask again
   * @throws LoadException if the store could not be read; ask again
   */
  public void eraseSession(String id) {
    instances.ensureOpen();
    boolean byName = id.startsWith(LiveSession.NAMED);
    LiveSession session = byName ? named.remove(id.substring(LiveSession.NAMED.length())) : null;
    if (byName) {
      LiveSession known =
          session == null
              ? LiveSession.named(instances, id.substring(LiveSession.NAMED.length()))
              : session;
      if (known.endNow()) {
        Ref.get(known.erase(false));
      }
    } else {
      Ref.get(registry.erase(id));
    }
  }

  /** How the stores stand, and which instances cannot be saved as they are. Never blocks. */
  public Health health() {
    return HealthCheck.of(instances);
  }

  /** Whether every store is up; {@link #health()} says more. */
  public boolean isHealthy() {
    return health().isUp();
  }

  /** How many instances with a key are in memory. */
  public int instances() {
    return instances.size();
  }

  /** How many keys wait to be saved. */
  public int unsaved() {
    return instances.savers().stream().mapToInt(saver -> saver.status().waiting()).sum();
  }

  /** When a commit last succeeded; empty before the first. */
  public Optional<Instant> lastCommit() {
    return health().lastCommit();
  }

  /**
   * Refuses new actions, lets those that run come to their end, saves everything, answers who still
   * waits, and closes the store: all within the close time-out. Safe to call twice.
   *
   * @throws UnsavedChangesException after all else is done, if something could not be saved
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    closing.run();
  }

  /** Puts a runtime together. Not thread-safe. */
  public static final class Builder {

    private final StateStore store;
    private final List<StateModule<?>> modules = new ArrayList<>();
    private TimeSource time = TimeSource.system();
    private @Nullable Executor executor;
    private RandomGenerator random = new SecureRandom();
    private SaveListener listener = new SaveListener() {};
    private Options options = Options.DEFAULT;
    private @Nullable Path rescueFile;
    private @Nullable Consumer<SessionView> onSessionExpired;

    private Builder(StateStore store) {
      this.store = Objects.requireNonNull(store, "store");
    }

    /** Adds modules. */
    public Builder modules(StateModule<?>... modules) {
      return modules(List.of(modules));
    }

    /** Adds modules. */
    public Builder modules(Collection<? extends StateModule<?>> modules) {
      this.modules.addAll(modules);
      return this;
    }

    /** The clock and timers; the system's by default. */
    public Builder clock(TimeSource time) {
      this.time = Objects.requireNonNull(time, "time");
      return this;
    }

    /**
     * Runs everything: user code, loads and commits. By default user code runs on virtual threads,
     * loads on a few threads of their own, and commits on one for each store. With {@code
     * Runnable::run} everything happens where it is caused, for tests.
     */
    public Builder executor(Executor executor) {
      this.executor = Objects.requireNonNull(executor, "executor");
      return this;
    }

    /** Draws tokens, incarnations and marks; a secure generator by default. */
    public Builder random(RandomGenerator random) {
      this.random = Objects.requireNonNull(random, "random");
      return this;
    }

    /** Is told what goes wrong with saving. */
    public Builder listener(SaveListener listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** How long one load may take: 1 ms to 5 min, 5 s by default; then a {@link LoadException}. */
    public Builder loadTimeout(Duration timeout) {
      options = options.with(draft -> draft.loadTimeout = timeout);
      return this;
    }

    /**
     * How long one handler may keep its turn: 1 ms to 1 h, 30 s by default; then an {@link
     * ActionTimeoutException}.
     */
    public Builder actionTimeout(Duration timeout) {
      options = options.with(draft -> draft.actionTimeout = timeout);
      return this;
    }

    /**
     * How long a committed action waits for its commit: 1 s to 1 h, 30 s by default; then an {@link
     * OutcomeUnknownException}.
     */
    public Builder ackTimeout(Duration timeout) {
      options = options.with(draft -> draft.ackTimeout = timeout);
      return this;
    }

    /** How long {@link Holdfast#close} may take: 1 ms to 1 h, 10 s by default. */
    public Builder closeTimeout(Duration timeout) {
      options = options.with(draft -> draft.closeTimeout = timeout);
      return this;
    }

    /** How long a session outlives its last connection: 1 s to 10 years, 1 h by default. */
    public Builder sessionTtl(Duration ttl) {
      options = options.with(draft -> draft.sessionTtl = ttl);
      return this;
    }

    /**
     * Is told of each session of a client whose time is up, before what was its own is erased: at
     * least once, also for those that ran out while nothing ran, and perhaps once more after a
     * crash (law N2). Runs on the executor of user code, several at once; what it throws is
     * reported, and the session ends all the same. See also {@link
     * StateModule.Builder#onExpire(StateModule.Handler)}, which sees a state.
     */
    public Builder onSessionExpired(Consumer<SessionView> hook) {
      this.onSessionExpired = Objects.requireNonNull(hook, "hook");
      return this;
    }

    /**
     * How long an instance with a record stays in memory that has no subscriber and no action: 10
     * ms to a day, 60 s by default; up to a quarter longer. The next access restores it.
     */
    public Builder passivateAfter(Duration idle) {
      options = options.with(draft -> draft.passivateAfter = idle);
      return this;
    }

    /**
     * How many instances stay in memory: 1 or more, 1,000,000 by default. Past it the least
     * recently used leave. Those in use do not: with a subscriber, an unsaved change or a waiting
     * action.
     */
    public Builder maxInstances(int most) {
      options = options.with(draft -> draft.maxInstances = most);
      return this;
    }

    /**
     * The largest content of one record in bytes: 1 KiB to 256 MiB, 1 MiB by default. From half of
     * it on the listener is told. Past it a committed action fails and changes nothing. In
     * write-behind, where the action was answered already, twice as much is still saved; past that
     * the instance is degraded, and takes only actions that leave it smaller (law S7).
     */
    public Builder maxRecordBytes(int bytes) {
      options = options.with(draft -> draft.maxRecordBytes = bytes);
      return this;
    }

    /**
     * How much may be kept in memory without a record, all together, about, and counted as JSON: 0
     * bytes or more, 256 MiB by default. Past it the longest disconnected sessions lose theirs; if
     * only others are left, an action that makes such a state larger is refused with {@link
     * OverloadedException} (law K8).
     */
    public Builder maxUnsavedBytes(long bytes) {
      options = options.with(draft -> draft.maxUnsavedBytes = bytes);
      return this;
    }

    /**
     * How much may wait to be saved in one store, about: states whose newest change is not in the
     * store yet, and actions that wait for their commit. 1 MiB or more, 256 MiB by default; one key
     * has at most an eighth. Past it actions are refused with {@link OverloadedException} before
     * they run, until the store has caught up (law S3).
     */
    public Builder maxDirtyBytes(long bytes) {
      options = options.with(draft -> draft.maxDirtyBytes = bytes);
      return this;
    }

    /**
     * Where {@link Holdfast#close} keeps what it could not save; a name in a folder that exists, of
     * this runtime alone. The next runtime with it offers each record to its store before that key
     * is loaded, on the condition that nobody has changed it since. By default the place that the
     * store {@linkplain RescuePlace suggests}, such as beside an SQLite file; without one, what is
     * unsaved at the end is lost (law S6).
     */
    public Builder rescueFile(Path file) {
      this.rescueFile = Objects.requireNonNull(file, "file");
      return this;
    }

    private @Nullable Path rescuePlace() {
      return rescueFile == null && store instanceof RescuePlace place
          ? place.rescueFile().orElse(null)
          : rescueFile;
    }

    /**
     * Opens the runtime.
     *
     * @throws IllegalArgumentException if two modules have one name, or one has the name that
     *     another had before, or two had
     * @throws StateStoreException if there is a rescue file that cannot be read
     */
    public Holdfast open() {
      Map<String, StateModule<?>> table = new LinkedHashMap<>();
      for (StateModule<?> module : modules) {
        StateModule<?> other = table.putIfAbsent(module.name(), module);
        if (other != null) {
          throw new IllegalArgumentException(
              "Two modules are named %s: one defined at %s, one at %s"
                  .formatted(module.name(), other.definedAt(), module.definedAt()));
        }
      }
      FormerNames.check(table);
      Threads threads = executor == null ? Threads.own() : Threads.given(executor);
      Reports reports = new Reports(listener, new News(threads.news()), time);
      Engine engine = new Engine(time, threads, random, options, reports);
      Map<StateStore, AutoSaver> savers = new LinkedHashMap<>();
      savers.put(store, saver(store, Set.of(), threads, reports));
      for (StateModule<?> module : modules) {
        StateStore own = module.store();
        if (own != null && !savers.containsKey(own)) {
          savers.put(own, saver(own, names(savers), threads, reports));
        }
      }
      Instances instances = new Instances(engine, table, store, savers);
      engine.serve(instances);
      Rescue rescue = Rescue.open(reports, rescuePlace(), instances::storeOf);
      engine.rescue(rescue);
      if (!rescue.isEmpty()) {
        engine.io.execute(rescue::offerAll);
      }
      Passivation passivation = new Passivation(instances);
      passivation.start();
      SessionRegistry registry =
          new SessionRegistry(instances, store, new ExpiredSessions(engine, onSessionExpired));
      Sweeper sweeper = new Sweeper(instances, registry);
      sweeper.start();
      savers.keySet().stream()
          .filter(each -> !(each instanceof Enumerable))
          .forEach(each -> reports.odd(missing(each)));
      Feeds feeds = Feeds.open(savers.keySet(), instances);
      return new Holdfast(
          instances, registry, new Closing(instances, sweeper, passivation, feeds, threads));
    }

    private static String missing(StateStore store) {
      return "%s cannot list what is due: sessions that end while nothing runs, and traces of erased"
              .formatted(store.getClass().getSimpleName())
          + " keys, stay in it";
    }

    private AutoSaver saver(StateStore store, Set<String> taken, Threads threads, Reports reports) {
      String type = store.getClass().getSimpleName();
      String name = type;
      for (int n = 2; taken.contains(name); n++) {
        name = type + " " + n;
      }
      return AutoSaver.start(name, store, time, threads.saver(), threads.writer(), random, reports);
    }

    private static Set<String> names(Map<StateStore, AutoSaver> savers) {
      return savers.values().stream().map(AutoSaver::name).collect(Collectors.toSet());
    }
  }
}
