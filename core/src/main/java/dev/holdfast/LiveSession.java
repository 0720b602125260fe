package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A session in memory: its row, and its place at each module. */
final class LiveSession implements Session {

  /** What the ids of sessions begin with that the program names; no wire id does. */
  static final String NAMED = "@";

  private record Place(String module, @Nullable String id) {}

  private final Instances instances;
  private final String id;
  private final boolean wire;
  private final ConcurrentHashMap<Place, Binding<?>> bindings = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Place, Boolean> met = new ConcurrentHashMap<>();
  private final Credentials credentials = new Credentials(this);
  private final Persona persona = new Persona(this);

  // Guarded by this object's monitor.
  private @Nullable Row row;
  private int connections;
  private Instant seen;
  private boolean ended;
  private volatile boolean wentElsewhere;

  private LiveSession(Instances instances, String id, boolean wire) {
    this.instances = instances;
    this.id = id;
    this.wire = wire;
    this.seen = instances.engine().time.instant();
  }

  /**
   * A session of a client on a wire.
   *
   * @param seen when the client was last here; {@link Instant#MIN} if its row is to be asked
   */
  static LiveSession ofWire(Instances instances, String id, Row row, Instant seen) {
    LiveSession session = new LiveSession(instances, id, true);
    session.row = row;
    session.seen = seen;
    return session;
  }

  /** A session that the program names; no wire id begins like its id does. */
  static LiveSession named(Instances instances, String name) {
    return new LiveSession(instances, namedId(name), false);
  }

  static String namedId(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("A session needs a name, got a blank one");
    }
    return NAMED + name;
  }

  Instances instances() {
    return instances;
  }

  @Override
  public String id() {
    return id;
  }

  // Who is there

  @Override
  public Optional<String> principal() {
    return Optional.ofNullable(persona.identity().principal());
  }

  @Override
  public Map<String, String> attributes() {
    return persona.identity().attributes();
  }

  @Override
  public Map<String, String> untrustedProps() {
    return credentials.props();
  }

  @Override
  public SessionView view() {
    return persona.identity().view(id);
  }

  /** Which of the identities that it has had is the newest. */
  long identityVersion() {
    return row().now().identity().version();
  }

  @Override
  public void authenticate(@Nullable String principal) {
    persona.authenticate(principal);
  }

  @Override
  public void setAttribute(String name, String value) {
    persona.note(name, Objects.requireNonNull(value, "value"));
  }

  @Override
  public void removeAttribute(String name) {
    persona.note(name, null);
  }

  @Override
  public void rotate(Duration grace) {
    if (!wire) {
      throw new IllegalStateException("A session that the program names has no token");
    }
    persona.rotate(grace);
  }

  Credentials credentials() {
    return credentials;
  }

  Row row() {
    synchronized (this) {
      if (row != null) {
        return row;
      }
    }
    Row found = Row.of(instances, id); // Without the lock: others may leave memory for it.
    synchronized (this) {
      if (row == null) {
        row = found;
        return found;
      }
    }
    found.release();
    return Objects.requireNonNull(row);
  }

  /**
   * What has to be durable before anything is acknowledged under this session; null for nothing.
   */
  @Nullable CompletableFuture<Void> owed() {
    return wire ? row().durable() : null;
  }

  @Override
  public <S> StateRef<S> ref(StateModule<S> module) {
    instances.check(module);
    if (module.isById()) {
      throw new IllegalArgumentException(
          "Module %s has an instance for each id: ref(module, id)".formatted(module.name()));
    }
    return new SessionRef<>(instances, binding(module, null), null);
  }

  @Override
  public <S> StateRef<S> ref(StateModule<S> module, String id) {
    instances.check(module);
    if (!module.isById()) {
      throw new IllegalArgumentException(
          "The instance of module %s is not for the caller to name: ref(module)"
              .formatted(module.name()));
    }
    StateKey.keyed(module.name(), id);
    if (!admits(module, id)) {
      throw new NotAdmittedException(
          "Module %s does not admit this session there".formatted(module.name()));
    }
    return new SessionRef<>(instances, binding(module, id), null);
  }

  @Override
  public <S> void unbind(StateModule<S> module) {
    instances.check(module);
    if (!(module.strategy() instanceof KeyStrategy.WithKey)) {
      throw new IllegalArgumentException(
          "Module %s has no key that its state names".formatted(module.name()));
    }
    if (CurrentTurn.get() != null) {
      throw new IllegalStateException("A handler cannot wait for a session to be unbound");
    }
    instances.ensureOpen();
    Object unused = Ref.get(binding(module, null).unbind());
  }

  private boolean admits(StateModule<?> module, String id) {
    try {
      return module.hooks().admit().test(this, id);
    } catch (RuntimeException e) {
      instances.engine().reports.threw("admit of module " + module.name(), e);
      return false;
    }
  }

  @SuppressWarnings("unchecked") // a place names its module, and a runtime has one of a name
  private <S> Binding<S> binding(StateModule<S> module, @Nullable String id) {
    return (Binding<S>)
        bindings.computeIfAbsent(
            new Place(module.name(), id), place -> new Binding<>(this, module, key(module, id)));
  }

  private @Nullable StateKey key(StateModule<?> module, @Nullable String id) {
    String name = module.name();
    KeyStrategy<?> strategy = module.strategy();
    return switch (strategy) {
      case null -> null;
      case KeyStrategy.Global<?> global -> StateKey.global(name);
      case KeyStrategy.PerSession<?> own -> StateKey.session(name, this.id);
      case KeyStrategy.ById<?> byId -> id == null ? null : StateKey.keyed(name, id);
      case KeyStrategy.WithKey<?> withKey -> null;
    };
  }

  /** Whether the session meets a module's instance for the first time; from now on it has. */
  boolean meets(StateModule<?> module, @Nullable StateKey key) {
    boolean first = met.putIfAbsent(place(module, key), true) == null;
    return first && !(remembers(module) && row().hasMet(module, suffix(module, key)));
  }

  /** Notes that it has met it, for after a restart. */
  void remember(StateModule<?> module, @Nullable StateKey key) {
    String suffix = suffix(module, key);
    if (remembers(module) && !row().hasMet(module, suffix)) {
      row().meet(module.name() + suffix);
    }
  }

  private boolean remembers(StateModule<?> module) {
    return wire && module.hooks().remembersSessions();
  }

  private static String suffix(StateModule<?> module, @Nullable StateKey key) {
    return module.isById() && key != null ? "/" + key.id() : "";
  }

  /** Whether the session has been at a module, or one of its instances, before. */
  boolean hasMet(StateModule<?> module, @Nullable String instance) {
    return met.containsKey(new Place(module.name(), instance))
        || row().hasMet(module, instance == null ? "" : "/" + instance);
  }

  /** Takes that back, because it could not be loaded, or the hook could not begin. */
  void forget(StateModule<?> module, @Nullable StateKey key) {
    met.remove(place(module, key));
  }

  private static Place place(StateModule<?> module, @Nullable StateKey key) {
    return new Place(module.name(), module.isById() && key != null ? key.id() : null);
  }

  /** Its places at modules so far. */
  Stream<Binding<?>> bindings() {
    return bindings.values().stream();
  }

  // Comings and goings

  /** Returns false if the session has ended meanwhile. */
  synchronized boolean connect() {
    if (ended) {
      return false;
    }
    connections++;
    instances.engine().unsaved.back(this);
    return true;
  }

  void disconnect() {
    synchronized (this) {
      connections--;
      if (ended) {
        return;
      }
      stillHere();
      if (connections > 0) {
        return;
      }
    }
    long bytes = bindings.values().stream().mapToLong(Binding::unsavedBytes).sum();
    instances.engine().unsaved.left(this, bytes).forEach(LiveSession::dropUnsaved);
  }

  void dropUnsaved() {
    if (isConnected()) {
      return; // It came back meanwhile, and is counted when it leaves.
    }
    bindings.values().forEach(Binding::dropUnsaved);
    instances
        .engine()
        .reports
        .odd("The unsaved state of a disconnected session was dropped: too much is kept");
  }

  synchronized boolean isConnected() {
    return connections > 0;
  }

  /** Notes that the client is or was here a moment ago. */
  synchronized void stillHere() {
    if (ended) {
      return;
    }
    seen = instances.engine().time.instant();
    row().touch(seen);
  }

  synchronized boolean isOver(Instant now) {
    return connections == 0 && !seen.plus(instances.engine().options.sessionTtl()).isAfter(now);
  }

  /** Ends it, also while it is connected. Returns false if it has ended already. */
  synchronized boolean endNow() {
    boolean first = !ended;
    ended = true;
    instances.engine().unsaved.back(this);
    return first;
  }

  /** Ends it, unless it is connected or ended already. */
  synchronized boolean tryEnd() {
    if (connections > 0 || ended) {
      return false;
    }
    ended = true;
    instances.engine().unsaved.back(this);
    return true;
  }

  /**
   * Erases the session's own records and then its row, and leaves what it shares alone.
   *
   * @param expired whether its time was up, so that hooks have to be told
   */
  CompletableFuture<?> erase(boolean expired) {
    for (StateModule<?> module : instances.modules()) {
      boolean own = module.strategy() instanceof KeyStrategy.PerSession || module.savesGuests();
      if (module.isPersistent() && own) {
        binding(module, null);
      }
    }
    Row own = row();
    return endAll(
            Binding::isOwn, expired) // First, because their last hook may act on what is shared.
        .thenCompose(none -> endAll(binding -> true, expired))
        .thenCompose(none -> own.erase())
        .whenComplete((none, error) -> own.release());
  }

  private CompletableFuture<Void> endAll(Predicate<Binding<?>> which, boolean expired) {
    return CompletableFuture.allOf(
        bindings.values().stream()
            .filter(which)
            .map(binding -> binding.end(expired))
            .toArray(CompletableFuture[]::new));
  }

  /** Lets it leave memory with all records in place. Returns false if it is connected or ended. */
  boolean letGo() {
    if (!tryEnd()) {
      return false;
    }
    wentElsewhere = true;
    bindings.values().forEach(Binding::letGo);
    row().release();
    return true;
  }

  /** Whether it has left memory without having ended. */
  boolean wentElsewhere() {
    return wentElsewhere;
  }
}
