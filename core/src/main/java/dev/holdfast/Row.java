package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session's row: written behind for comings and goings, committed for what an acknowledgement
 * depends on (law N2).
 */
final class Row {

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofMinutes(1);

  private final Instances instances;
  private final Instance<SessionRow> instance;
  private volatile boolean durable;

  /** From now on nothing brings it back. */
  private volatile boolean erased;

  /** Whether it had a client's token: then a row without one is another runtime's erase. */
  private volatile boolean proven;

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
    return proving(instance.latest());
  }

  private SessionRow proving(SessionRow row) {
    if (!proven && !row.secretHash().isEmpty()) {
      proven = true;
    }
    return row;
  }

  /**
   * Changes what there is; a row that has gone meanwhile does not come back (laws E2 and S5).
   *
   * @throws ClosedException if it has gone
   */
  private SessionRow changed(SessionRow row, UnaryOperator<SessionRow> change) {
    if (erased || (proven && row.secretHash().isEmpty())) {
      throw ended();
    }
    return proving(change.apply(proving(row)));
  }

  private static ClosedException ended() {
    return new ClosedException("The session has ended");
  }

  /** Whether another runtime has ended the session, as far as is known here (laws N2 and E2). */
  boolean endedElsewhere() {
    return proven && !erased && instance.latest().secretHash().isEmpty();
  }

  /** Whether the store has, or is about to have, this row. */
  boolean exists() {
    return instance.isEstablished();
  }

  void begin(String secretHash, Instant now, Duration ttl, @Nullable String principal) {
    var unused =
        change(
            "Beginning",
            row -> SessionRow.begun(secretHash, now, ttl, principal),
            null,
            within(SOON));
  }

  /** The newest token was used, so that the ones before it are of no more use. */
  void settle() {
    if (!now().former().isEmpty()) {
      var unused = change("Settling", SessionRow::settled, null, within(SOON));
    }
  }

  /** Changes who the client is; complete when that counts, see {@link #stored}. */
  CompletableFuture<Object> identify(UnaryOperator<Identity> change) {
    return change(
        "Identifying",
        row -> row.identified(change.apply(row.identity())),
        null,
        SavePolicy.writeBehind(AT_ONCE, AT_ONCE));
  }

  /**
   * Completes when this is no older than what the store had when it was asked: what waits is
   * written, which finds another runtime's row, and else it is read.
   */
  CompletableFuture<Void> refreshed() {
    return refreshed(instances.engine().options.ackTimeout());
  }

  /** The same, but what waits is not waited for any longer than this. */
  CompletableFuture<Void> refreshed(Duration within) {
    return instance
        .durable(within)
        .handle((none, error) -> Optional.empty())
        .thenCompose(none -> instance.refreshed());
  }

  /** The revision that is stored, as far as is known here; null if none is. */
  @Nullable Revision revision() {
    return instance.storedRevision();
  }

  /** Another one whenever another writer's row has come in the place of this one. */
  int epoch() {
    synchronized (instance) {
      return instance.epoch();
    }
  }

  /** Completes when everything changed so far is durable. */
  CompletableFuture<Void> stored() {
    return instance.durable();
  }

  /** Changes the row; complete when durable. */
  CompletableFuture<Object> commit(String what, UnaryOperator<SessionRow> change) {
    return change(what, change, null, SavePolicy.committed());
  }

  void touch(Instant now) {
    var unused = change("Touching", row -> row.seen(now), null, within(LATER));
  }

  /** Notes that the session has met a module, or one of its instances, without hurry. */
  void meet(String place) {
    var unused = change("Meeting", row -> row.met(place), null, within(LATER));
  }

  /**
   * Where a session is at a module.
   *
   * @param id that its state named, or null
   * @param life of the id's record, 0 if that is not known
   * @param asked which of the session's identities it was asked with
   */
  record Bound(String module, @Nullable String id, long life, long asked) {}

  /**
   * Binds a module to an id; complete when durable.
   *
   * @param action that changed the key
   * @param earlier the session's actions that the old key's state holds: from now on they are known
   *     here, so that one that is sent again does not run under the new key (law A6). That goes for
   *     an action that another runtime has bound already, too, and has perhaps taken further
   */
  CompletableFuture<Object> bind(
      Bound bound, @Nullable ActionId action, Map<String, ActionIds.Client> earlier) {
    ActionId id = action == null ? null : action.on(bound.module());
    Turn<SessionRow> turn =
        Turn.computing(
            "Binding a session",
            (at, row) ->
                changed(row, there -> id != null && at.knows(id) ? there : there.bound(bound)),
            id,
            SavePolicy.committed());
    turn.brought = brought(bound.module(), earlier);
    return run(turn);
  }

  /**
   * Notes actions that a guest's record holds before that goes with a log-in: a crash may come
   * before the binding is stored, and one that is sent again must not begin another guest's state,
   * in which it would be twice once that is adopted, too (laws A6 and K2). Complete when durable.
   */
  CompletableFuture<Object> note(String module, Map<String, ActionIds.Client> known) {
    Turn<SessionRow> turn =
        Turn.computing(
            "Noting a guest's actions",
            (instance, row) -> changed(row, there -> there),
            null,
            SavePolicy.committed());
    turn.brought = brought(module, known);
    return run(turn);
  }

  private static Map<String, ActionIds.Client> brought(
      String module, Map<String, ActionIds.Client> known) {
    Map<String, ActionIds.Client> brought = new HashMap<>();
    known.forEach((client, actions) -> brought.put(ActionId.on(module, client), actions));
    return brought;
  }

  /** Notes that the record which a module was bound to is gone. */
  CompletableFuture<Object> unbind(String module) {
    return bind(new Bound(module, null, 0, Residence.NEVER), null, Map.of());
  }

  /** The id that the session's state named, be it under a former name of the module; or null. */
  @Nullable String binding(StateModule<?> module) {
    SessionRow row = now();
    return named(module, row::hasMet).map(row::binding).orElse(null);
  }

  /** Which of the session's identities a module was bound with. */
  long asked(StateModule<?> module) {
    SessionRow row = now();
    return named(module, row::hasMet).map(row::asked).orElse(Residence.NEVER);
  }

  /** The life of the record that a module is bound to, 0 if that is not known. */
  long life(StateModule<?> module) {
    SessionRow row = now();
    return named(module, row::hasMet).map(row::life).orElse(0L);
  }

  /**
   * Whether the session has met a module, be it under a former name.
   *
   * @param suffix to the name, for one instance of several
   */
  boolean hasMet(StateModule<?> module, String suffix) {
    return named(module, name -> now().hasMet(name + suffix)).isPresent();
  }

  /**
   * What is known of an action from the session's changes of key. One that came before such a
   * change, and was not applied then, is never run after it: it was meant for another key.
   */
  ActionIds.Known look(StateModule<?> module, ActionId action) {
    return named(module, name -> lookBack(name, action) != ActionIds.Known.NEW)
        .map(name -> lookBack(name, action))
        .orElse(ActionIds.Known.NEW);
  }

  private ActionIds.Known lookBack(String module, ActionId action) {
    return instance.lookBack(action.on(module));
  }

  /** The first of a module's names, the present one before the former ones, that fits. */
  private static Optional<String> named(StateModule<?> module, Predicate<String> fits) {
    return Stream.concat(Stream.of(module.name()), module.formerNames().stream())
        .filter(fits)
        .findFirst();
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
        Turn.computing(what + " a session", (instance, row) -> changed(row, change), id, policy);
    return run(turn);
  }

  /** Runs a turn, unless the session has ended and its row has left memory. */
  private CompletableFuture<Object> run(Turn<SessionRow> turn) {
    if (!instance.submit(turn, true)) {
      turn.fail(ended());
    }
    return turn.done;
  }

  /** Takes the row out of the store. */
  CompletableFuture<Void> erase() {
    erased = true;
    return instance.erase();
  }

  /** Lets it leave memory. */
  void release() {
    instances.detach(instance);
  }
}
