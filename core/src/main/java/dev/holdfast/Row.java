package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A session's row: written behind for comings and goings, committed for what an acknowledgement
 * depends on (law N2).
 */
final class Row {

  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofMinutes(1);

  private final Instances instances;
  private final Instance<SessionRow> instance;
  private volatile boolean durable;

  private Row(Instances instances, Instance<SessionRow> instance) {
    this.instances = instances;
    this.instance = instance;
  }

  /** The row of a session, which stays in memory until it is released. */
  static Row of(Instances instances, String sessionId) {
    return new Row(instances, instances.attach(SessionRow.MODULE, key(sessionId)));
  }

  static StateKey key(String sessionId) {
    return StateKey.keyed(SessionRow.MODULE.name(), sessionId);
  }

  CompletableFuture<Void> loaded() {
    return instance.loaded();
  }

  /** What it is now. Only after it is loaded. */
  SessionRow now() {
    return instance.latest();
  }

  /** Whether the store has, or is about to have, this row. */
  boolean exists() {
    return instance.isEstablished();
  }

  void begin(String secretHash, Instant now, Duration ttl) {
    var unused =
        change("Beginning", row -> SessionRow.begun(secretHash, now, ttl), null, within(SOON));
  }

  void touch(Instant now) {
    var unused = change("Touching", row -> row.seen(now), null, within(LATER));
  }

  /** Notes that the session has met a module, without hurry. */
  void meet(String module) {
    var unused =
        change(
            "Meeting",
            row -> row.hasMet(module) ? row : row.bound(module, null),
            null,
            within(LATER));
  }

  /** Binds a module to an id; complete when durable. */
  CompletableFuture<Object> bind(String module, @Nullable String id, @Nullable ActionId action) {
    return change(
        "Binding",
        row -> row.bound(module, id),
        action == null ? null : action.on(module),
        SavePolicy.committed());
  }

  /** Whether an action that changed a key is known here. */
  boolean knows(String module, ActionId action) {
    return instance.knows(action.on(module));
  }

  /** What has to be durable before the session's first acknowledgement; null when it is. */
  @Nullable CompletableFuture<Void> durable() {
    if (durable) {
      return null;
    }
    CompletableFuture<Void> done = instance.durable();
    if (done.isDone() && !done.isCompletedExceptionally()) {
      durable = true;
      return null;
    }
    return done;
  }

  /** What is stored must not be so old that a session runs out whose client is here. */
  private SavePolicy within(Duration time) {
    Duration most = instances.engine().options.sessionTtl().dividedBy(4);
    Duration wait = time.compareTo(most) < 0 ? time : most;
    return SavePolicy.writeBehind(wait, wait);
  }

  private CompletableFuture<Object> change(
      String what, UnaryOperator<SessionRow> change, @Nullable ActionId id, SavePolicy policy) {
    Turn<SessionRow> turn =
        Turn.computing(what + " a session", (instance, row) -> change.apply(row), id, policy);
    instance.submit(turn, true);
    return turn.done;
  }

  /** Takes the row out of the store. */
  CompletableFuture<Void> erase() {
    return instance.erase();
  }

  /** Lets it leave memory. */
  void release() {
    instances.detach(instance);
  }
}
