package dev.holdfast;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Enumerable.Due;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.time.TimeSource.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of clients on wires, from their first connection to the end of their time to live,
 * over restarts (laws N1 and N2).
 */
final class SessionRegistry implements Sessions {

  private static final int SWEPT_AT_ONCE = 200;
  private static final Duration LONGEST_PERIOD = Duration.ofMinutes(1);

  private final Engine engine;
  private final Instances instances;
  private final StateStore store;
  private final ConcurrentHashMap<String, LiveSession> live = new ConcurrentHashMap<>();
  private final Duration period;
  private volatile @Nullable Timer timer;
  private volatile boolean closed;

  SessionRegistry(Instances instances, StateStore store) {
    this.engine = instances.engine();
    this.instances = instances;
    this.store = store;
    Duration tenth = engine.options.sessionTtl().dividedBy(10);
    this.period = tenth.compareTo(LONGEST_PERIOD) < 0 ? tenth : LONGEST_PERIOD;
  }

  /** Begins to sweep, now and then every so often. */
  void start() {
    engine.io.execute(this::sweep);
    arm();
  }

  private void arm() {
    if (!closed) {
      timer = engine.time.schedule(period, () -> engine.io.execute(this::tick));
    }
  }

  private void tick() {
    try {
      live.values().stream().filter(LiveSession::isConnected).forEach(LiveSession::stillHere);
      sweep();
      instances.retireUnused();
    } finally {
      arm();
    }
  }

  void close() {
    closed = true;
    Timer last = timer;
    if (last != null) {
      last.close();
    }
  }

  @Override
  public SessionConnection connect(@Nullable String token) {
    instances.ensureOpen();
    Token shown = Token.parse(token);
    if (shown != null) {
      LiveSession session = resume(shown);
      if (session != null) {
        session.row().touch(engine.time.instant());
        return new Connection(session, shown.text(), false);
      }
    }
    return begin(Token.draw(engine.random));
  }

  private SessionConnection begin(Token drawn) {
    Row row = Row.of(instances, drawn.id());
    try {
      Ref.get(row.loaded());
    } catch (RuntimeException e) {
      row.release();
      throw e;
    }
    row.begin(drawn.hash(), engine.time.instant(), engine.options.sessionTtl());
    LiveSession session = LiveSession.ofWire(instances, drawn.id(), row);
    session.connect();
    live.put(drawn.id(), session);
    return new Connection(session, drawn.text(), true);
  }

  /** The session of a token, connected once more; null if there is none. */
  private @Nullable LiveSession resume(Token shown) {
    LiveSession known;
    do {
      known = live.get(shown.id());
      if (known == null) {
        known = restore(shown);
      }
      if (known == null) {
        return null;
      }
      Ref.get(known.row().loaded());
      if (!shown.matches(known.row().now().secretHash())) {
        return null;
      }
      if (!known.isOver(engine.time.instant())) {
        if (known.connect()) {
          return known;
        }
      } else if (end(known) != null) {
        return null;
      }
    } while (known.wentElsewhere()); // It comes back as another one.
    return null;
  }

  private @Nullable LiveSession restore(Token shown) {
    Row row = Row.of(instances, shown.id());
    LiveSession restored = null;
    try {
      Ref.get(row.loaded());
      if (isOf(row, shown)) {
        restored = live.computeIfAbsent(shown.id(), id -> LiveSession.ofWire(instances, id, row));
      }
      return restored;
    } finally {
      if (restored == null || !row.equals(restored.row())) {
        row.release();
      }
    }
  }

  private boolean isOf(Row row, Token shown) {
    SessionRow found = row.now();
    Instant due = found.dueAt();
    return row.exists()
        && shown.matches(found.secretHash())
        && due != null
        && due.isAfter(engine.time.instant());
  }

  @Override
  public int connected() {
    return (int) live.values().stream().filter(LiveSession::isConnected).count();
  }

  @Override
  public int waiting() {
    return live.size() - connected();
  }

  // Sweeping

  private void sweep() {
    try {
      Instant now = engine.time.instant();
      for (LiveSession session : live.values()) {
        if (session.isOver(now)) {
          var unused = end(session);
        }
      }
      for (StateStore each : instances.stores()) {
        if (each instanceof Enumerable listing) {
          sweep(each, listing, now);
        }
      }
    } catch (RuntimeException e) {
      engine.reports.odd("Sweeping ended sessions failed, and will be tried again: " + e);
    }
  }

  /** Deletes tombstones that are of no more use, and ends sessions that have run out. */
  private void sweep(StateStore from, Enumerable listing, Instant now) {
    List<Due> due = listing.due(now, SWEPT_AT_ONCE);
    List<WriteBatch.Entry> stale = new ArrayList<>();
    List<CompletableFuture<?>> ends = new ArrayList<>();
    for (Due record : due) {
      if (record.tombstone()) {
        stale.add(new WriteBatch.Delete(record.key(), record.revision()));
      } else if (record.key().module().equals(SessionRow.MODULE.name())) {
        CompletableFuture<?> end = endIfOver(record.key().id(), now);
        if (end != null) {
          ends.add(end);
        }
      }
    }
    boolean progress =
        !ends.isEmpty()
            || (!stale.isEmpty()
                && from.write(new WriteBatch(stale)).stream().anyMatch(Saved.class::isInstance));
    if (due.size() == SWEPT_AT_ONCE && progress && !closed) {
      engine.after(
          CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)),
          (none, error) -> {
            if (error == null) {
              engine.io.execute(this::sweep);
            }
          });
    }
  }

  /** Ends a session whose row has run out, unless its client is here or was a moment ago. */
  private @Nullable CompletableFuture<?> endIfOver(String id, Instant now) {
    LiveSession session =
        live.computeIfAbsent(id, key -> LiveSession.ofWire(instances, key, Row.of(instances, key)));
    Instant due;
    try {
      Ref.get(session.row().loaded());
      due = session.row().now().dueAt();
    } catch (RuntimeException e) {
      letGo(session);
      throw e;
    }
    return due == null || due.isAfter(now) ? null : end(session);
  }

  /** Ends a session, or lets go of it if its client is or was at another runtime meanwhile. */
  private @Nullable CompletableFuture<?> end(LiveSession session) {
    if (isKeptElsewhere(session)) {
      letGo(session);
      return null;
    }
    if (!session.tryEnd()) {
      return null;
    }
    return session
        .erase()
        .whenComplete(
            (none, error) -> {
              live.remove(session.id(), session);
              if (error != null) {
                engine.reports.odd("An ended session could not be erased, and will be tried again");
              }
            });
  }

  private boolean isKeptElsewhere(LiveSession session) {
    StateRecord row = store.load(Row.key(session.id())).orElse(null);
    Instant due = row == null || row.isTombstone() ? null : row.dueAt();
    return due != null && due.isAfter(engine.time.instant());
  }

  private void letGo(LiveSession session) {
    if (session.letGo()) {
      live.remove(session.id(), session);
    }
  }

  /** One link of a session. */
  private static final class Connection implements SessionConnection {
    private final LiveSession session;
    private final String token;
    private final boolean isNew;
    private boolean open = true;

    Connection(LiveSession session, String token, boolean isNew) {
      this.session = session;
      this.token = token;
      this.isNew = isNew;
    }

    @Override
    public Session session() {
      return session;
    }

    @Override
    public String token() {
      return token;
    }

    @Override
    public boolean isNew() {
      return isNew;
    }

    @Override
    public synchronized void close() {
      if (open) {
        open = false;
        session.disconnect();
      }
    }
  }
}
