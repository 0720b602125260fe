package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of clients on wires, from their first connection to the end of their time to live,
 * over restarts (laws N1 and N2).
 */
final class SessionRegistry implements Sessions {

  private final Engine engine;
  private final Instances instances;
  private final StateStore store;
  private final ExpiredSessions expired;
  private final ConcurrentHashMap<String, LiveSession> live = new ConcurrentHashMap<>();

  SessionRegistry(Instances instances, StateStore store, ExpiredSessions expired) {
    this.engine = instances.engine();
    this.expired = expired;
    this.instances = instances;
    this.store = store;
  }

  @Override
  public SessionConnection connect(@Nullable String token, Visitor visitor) {
    SessionConnection known = known(token, visitor);
    return known == null ? begin(Token.draw(engine.random), visitor) : known;
  }

  @Override
  public Optional<SessionConnection> resume(String token, Visitor visitor) {
    return Optional.ofNullable(known(token, visitor));
  }

  private @Nullable SessionConnection known(@Nullable String token, Visitor visitor) {
    instances.ensureOpen();
    Token shown = Token.parse(token);
    LiveSession session = shown == null ? null : resume(shown, visitor);
    if (shown == null || session == null) {
      return null;
    }
    try {
      session.credentials().welcome(shown, visitor);
    } catch (RuntimeException e) {
      session.disconnect();
      throw e;
    }
    session.row().touch(engine.time.instant());
    return new WireConnection(session, false);
  }

  private SessionConnection begin(Token drawn, Visitor visitor) {
    instances.ensureRoom();
    Row row = Row.of(instances, drawn.id());
    try {
      Ref.get(row.loaded());
    } catch (RuntimeException e) {
      row.release();
      throw e;
    }
    Instant now = engine.time.instant();
    row.begin(drawn.hash(), now, engine.options.sessionTtl(), visitor.principal());
    LiveSession session = LiveSession.ofWire(instances, drawn.id(), row, now);
    session.credentials().begin(drawn, visitor);
    session.connect();
    live.put(drawn.id(), session);
    return new WireConnection(session, true);
  }

  /** The session of a token, connected once more; null if there is none. */
  private @Nullable LiveSession resume(Token shown, Visitor visitor) {
    LiveSession known;
    do {
      known = live.get(shown.id());
      boolean isHere = known != null;
      if (known == null) {
        known = restore(shown, visitor);
      }
      if (known == null) {
        return null;
      }
      Ref.get(known.row().loaded());
      Instant now = engine.time.instant();
      if (isHere && known.row().now().admits(shown, now, visitor.principal())) {
        catchUp(known);
        now = engine.time.instant();
      }
      if (!known.row().now().admits(shown, now, visitor.principal())) {
        return null;
      }
      if (!known.isOver(now)) {
        if (known.connect()) {
          return known;
        }
      } else if (end(known) != null) {
        return null;
      }
    } while (known.wentElsewhere()); // It comes back as another one.
    return null;
  }

  /**
   * Its client may have been at another runtime meanwhile: the row becomes no older than the
   * store's (laws N4, K5 and A6).
   *
   * @throws LoadException if the store cannot be asked
   */
  private void catchUp(LiveSession session) {
    Row row = session.row();
    StateRecord stored = stored(session);
    Revision there = stored == null || stored.isTombstone() ? null : stored.revision();
    if (!Objects.equals(there, row.revision())) {
      loaded(row.refreshed(engine.options.loadTimeout()));
    }
  }

  private @Nullable StateRecord stored(LiveSession session) {
    return loaded(Load.ask(engine, () -> store.load(Row.key(session.id())))).orElse(null);
  }

  private static <T extends @Nullable Object> T loaded(CompletableFuture<T> load) {
    try {
      return Ref.get(load);
    } catch (RuntimeException e) {
      throw Load.typed(e, "A session that may be elsewhere, or have ended");
    }
  }

  private @Nullable LiveSession restore(Token shown, Visitor visitor) {
    Row row = Row.of(instances, shown.id());
    LiveSession restored = null;
    try {
      Ref.get(row.loaded());
      if (isOf(row, shown, visitor)) {
        Instant seen = Instant.ofEpochMilli(row.now().seenAt());
        restored =
            live.computeIfAbsent(shown.id(), id -> LiveSession.ofWire(instances, id, row, seen));
      }
      return restored;
    } finally {
      if (restored == null || !row.equals(restored.row())) {
        row.release();
      }
    }
  }

  private boolean isOf(Row row, Token shown, Visitor visitor) {
    Instant now = engine.time.instant();
    SessionRow found = row.now();
    Instant due = found.dueAt();
    return row.exists()
        && found.admits(shown, now, visitor.principal())
        && due != null
        && due.isAfter(now);
  }

  @Override
  public int connected() {
    return (int) live.values().stream().filter(LiveSession::isConnected).count();
  }

  @Override
  public int waiting() {
    return live.size() - connected();
  }

  /** Ends a session at once and erases what was its own; completes when that is durable. */
  CompletableFuture<?> erase(String id) {
    LiveSession session = inMemory(id);
    return session
        .row()
        .loaded()
        .thenCompose(
            none ->
                session.endNow() ? session.erase(false) : CompletableFuture.completedFuture(null))
        .whenComplete(
            (none, error) -> {
              letGo(session); // Unless it has ended: it could not be read.
              live.remove(id, session);
            });
  }

  /** The session in memory, be it only to be ended. */
  private LiveSession inMemory(String id) {
    LiveSession known = live.get(id);
    if (known != null) {
      return known;
    }
    Row row = Row.of(instances, id); // Without the map's lock: others may leave memory for it.
    LiveSession made = LiveSession.ofWire(instances, id, row, Instant.MIN);
    LiveSession before = live.putIfAbsent(id, made);
    if (before == null) {
      return made;
    }
    row.release();
    return before;
  }

  // For the sweeper

  /** Notes that the clients which are connected are still here. */
  void stillHere() {
    live.values().stream().filter(LiveSession::isConnected).forEach(LiveSession::stillHere);
  }

  /** Ends the sessions in memory whose time is up. */
  void endThoseOver(Instant now) {
    for (LiveSession session : live.values()) {
      if (session.isOver(now)) {
        var unused = end(session);
      }
    }
  }

  /**
   * Begins to load the rows of sessions that are not in memory, so that they load side by side.
   *
   * @return those of them that were not
   */
  Set<String> wake(List<String> ids) {
    Set<String> woken = new HashSet<>();
    for (String id : ids) {
      if (!live.containsKey(id)) {
        woken.add(id);
        var unused = inMemory(id).row().loaded();
      }
    }
    return woken;
  }

  /**
   * Ends a session whose row has run out, unless its client is here or was a moment ago.
   *
   * @param isFresh whether its row was loaded just now: then it need not be asked for again
   */
  @Nullable CompletableFuture<?> endIfOver(String id, Instant now, boolean isFresh) {
    LiveSession session = inMemory(id);
    Instant due;
    try {
      Ref.get(session.row().loaded());
      due = session.row().now().dueAt();
    } catch (RuntimeException e) {
      letGo(session);
      throw e;
    }
    if (due == null || due.isAfter(now)) {
      return null;
    }
    return isFresh ? endHere(session) : end(session);
  }

  /** Ends a session, or lets go of it if its client is or was at another runtime meanwhile. */
  private @Nullable CompletableFuture<?> end(LiveSession session) {
    if (isKeptElsewhere(session)) {
      letGo(session);
      return null;
    }
    return endHere(session);
  }

  private @Nullable CompletableFuture<?> endHere(LiveSession session) {
    if (!session.tryEnd()) {
      return null;
    }
    return expired
        .tell(session)
        .thenCompose(none -> session.erase(true))
        .whenComplete(
            (none, error) -> {
              live.remove(session.id(), session);
              if (error != null) {
                engine.reports.odd("An ended session could not be erased, and will be tried again");
              }
            });
  }

  private boolean isKeptElsewhere(LiveSession session) {
    StateRecord row = stored(session);
    Instant due = row == null || row.isTombstone() ? null : row.dueAt();
    return due != null && due.isAfter(engine.time.instant());
  }

  private void letGo(LiveSession session) {
    if (session.letGo()) {
      live.remove(session.id(), session);
    }
  }
}
