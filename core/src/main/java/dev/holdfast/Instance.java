package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One live copy of a module's state: what it is now, what of it is committed, and what of it may be
 * shown.
 *
 * <p>A change raises the sequence. The saver writes the newest state whenever it comes round, with
 * the sequence in the record's mark; what was committed up to it is released: turns are answered in
 * order, each when its sequence is committed and what it owes is settled, and the state of the last
 * answered one is the state that is shown (law A3).
 *
 * <p>One lock, this object's monitor, guards all mutable fields here and in the record writer; the
 * mailbox guards itself, and its lock is taken under this one, never the other way. It is held for
 * moments: no user code, no store and no future is called under it. Who changes the state under the
 * feet of a running turn (a conflict, an erase, a rejected write) raises the epoch, and the turn is
 * not published.
 *
 * <p>A crash loses what the sequence is ahead of the last commit; nobody was told of that, unless
 * the module is write-behind.
 */
final class Instance<S> {

  private static final Object NOTHING = new Object();

  private final Engine engine;
  private final StateModule<S> module;
  private final @Nullable StateKey key;
  private final @Nullable RecordWriter<S> record;
  private final Mailbox<S> mailbox = new Mailbox<>();
  private final Loading<S> loading;

  private Object latest = NOTHING;
  private Object committedState = NOTHING;
  private Object visible = NOTHING;
  private long sequence;
  private long committed;
  private int epoch;
  private ActionIds ids = new ActionIds();

  private final Unanswered<S> unanswered = new Unanswered<>();
  private @Nullable List<Listener> listeners;
  private boolean watched;
  private int lastUsed;
  private int attached;

  /** Whether a subscriber was here since the last {@link #touch}. */
  private boolean attended;

  /** Where a saved instance's record lives. */
  record Backing(StateStore store, AutoSaver saver) {}

  /**
   * @param key null for an instance that belongs to one session and has no record
   * @param backing null for one that is not saved
   * @param departure what has to be over before it loads, or null
   */
  Instance(
      Engine engine,
      StateModule<S> module,
      @Nullable StateKey key,
      @Nullable Backing backing,
      @Nullable CompletableFuture<?> departure) {
    this.engine = engine;
    this.module = module;
    this.key = key;
    this.record =
        key == null || backing == null
            ? null
            : new RecordWriter<>(engine, this, key, backing.store(), backing.saver());
    this.loading = new Loading<>(engine, this, record, mailbox, departure);
    this.lastUsed = engine.recency.now();
  }

  StateModule<S> module() {
    return module;
  }

  /** For messages: module and, where it is no secret, id. */
  String title() {
    return key == null ? module.name() + " of a session" : Reports.shown(key);
  }

  String id() {
    return key == null ? "session" : key.id();
  }

  @Nullable StateKey keyOrNull() {
    return key;
  }

  private States<S> states() {
    return module.states();
  }

  // Turns

  /**
   * Takes a turn in.
   *
   * @param here whether an inline turn may run on the calling thread
   * @return false if the instance has left memory: ask for it again
   */
  boolean submit(Turn<S> turn, boolean here) {
    switch (mailbox.add(turn)) {
      case QUEUED -> ensureLoading(); // After the addition: a load that fails fails this turn too.
      case TAKEN -> {
        if (here && turn.isInline()) {
          drain();
        } else {
          engine.executor.execute(this::drain);
        }
      }
      case FULL ->
          turn.fail(
              new OverloadedException(
                  "%d actions wait for %s already".formatted(Mailbox.MAX_WAITING, title())));
      case ENDED -> turn.fail(new ClosedException("The runtime is closed"));
      case GONE -> {
        return false;
      }
    }
    return true;
  }

  /** Runs what waits, for the holder of the turn. */
  void drain() {
    for (int budget = 256; budget > 0; budget--) {
      Turn<S> turn = mailbox.next();
      if (turn == null) {
        return;
      }
      if (!TurnRunner.run(engine, this, turn)) {
        return; // A handler has the turn now and drains when it has ended.
      }
    }
    engine.executor.execute(this::drain);
  }

  /** Gives a turn the state it runs on, and says what is known of its id. */
  synchronized ActionIds.Known begin(Turn<S> turn) {
    lastUsed = engine.recency.now();
    turn.base = latest;
    turn.epoch = epoch;
    turn.refused = turn.kind == Turn.Kind.ACTION && unanswered.isFull();
    return turn.id == null ? ActionIds.Known.NEW : ids.look(turn.id, engine.time);
  }

  /** A state for a turn to work on: of a mutable type, a copy of its own. */
  S working(Turn<S> turn) {
    return states().show(Objects.requireNonNull(turn.base));
  }

  /** Makes the outcome of a turn the newest state. For the holder of the turn. */
  void publish(Turn<S> turn, Object after) {
    boolean changed =
        turn.kind != Turn.Kind.FAREWELL && !states().same(Objects.requireNonNull(turn.base), after);
    SavePolicy policy = turn.policy == null ? module.policy() : turn.policy;
    CompletableFuture<?> debts = turn.debts();
    boolean save = false;
    synchronized (this) {
      turn.noted = false;
      if (turn.epoch != epoch) {
        debts = null;
        turn.result = null;
      } else {
        if (changed) {
          latest = after;
          boolean onlyDefaults = turn.kind.isHook() && !isEstablished();
          if (!onlyDefaults) {
            sequence++;
            if (turn.id != null) {
              ids.add(turn.id, engine.time.instant());
              turn.noted = true;
            }
            ids.addAll(turn.brought);
            if (turn.adoption != null && record != null) {
              record.takeAlong(turn.adoption.at(sequence));
            }
          }
          save = !onlyDefaults;
        }
        enqueue(turn, policy, debts);
      }
    }
    if (turn.result == null) {
      repeat(turn);
      return;
    }
    if (save && record != null) {
      record.changed(policy);
    }
    if (debts != null) {
      engine.afterAsync(debts, (none, error) -> release());
    }
    release();
    turn.over();
  }

  private void enqueue(Turn<S> turn, SavePolicy policy, @Nullable CompletableFuture<?> debts) {
    turn.result = latest;
    turn.sequence = sequence;
    turn.needsCommit = record != null && policy.isCommitted();
    turn.settled = debts;
    turn.tick = engine.watchdog.tick();
    unanswered.add(turn);
    if (turn.needsCommit && !watched && sequence > committed) {
      watched = true;
      engine.watchdog.watch(this);
    }
  }

  /** The state changed under the turn's feet. */
  private void repeat(Turn<S> turn) {
    if (mailbox.isEnded()) {
      turn.fail(new ClosedException("The runtime was closed while it ran"));
    } else if (turn.isInline()) {
      if (mailbox.putBack(List.of(turn))) {
        engine.executor.execute(this::drain);
      }
      ensureLoading();
    } else {
      turn.fail(
          new ConflictException(
              "%s lost against another writer of %s".formatted(turn.title, title())));
    }
  }

  /** Answers a turn whose id is known to be applied, when that is committed. */
  void answerAgain(Turn<S> turn) {
    synchronized (this) {
      enqueue(turn, turn.policy == null ? module.policy() : turn.policy, null);
    }
    release();
    turn.over();
  }

  /** Answers what can be answered, in order, and shows the state that goes with it. */
  private void release() {
    Runnable replies = released();
    if (replies != null) {
      replies.run();
    }
  }

  /** Takes out what can be answered. Returns what is to be said, or null. */
  @Nullable Runnable released() {
    List<Turn<S>> released;
    List<Listener> told;
    synchronized (this) {
      released = unanswered.takeReleasable(committed);
      if (released.isEmpty()) {
        return null;
      }
      boolean shown = show(Objects.requireNonNull(released.getLast().result));
      told = shown && listeners != null ? List.copyOf(listeners) : List.of();
    }
    return () -> reply(released, told);
  }

  private static <S> void reply(List<Turn<S>> answered, List<Listener> told) {
    Unanswered.answer(answered);
    told.forEach(Listener::signal);
  }

  /**
   * Shows a state from now on, with the lock held. Returns whether another one was shown before.
   */
  @SuppressWarnings("ReferenceEquality") // whether it is the very object, however deep it is equal
  private boolean show(Object state) {
    boolean other = state != visible;
    visible = state;
    return other;
  }

  /** Answers turns that have waited too long for their commit; they stay applied. */
  boolean expire(int before) {
    List<Turn<S>> late;
    boolean more;
    synchronized (this) {
      late = unanswered.late(before);
      more = !unanswered.isEmpty() && sequence > committed;
      watched = more;
    }
    for (Turn<S> turn : late) {
      turn.done.completeExceptionally(
          new OutcomeUnknownException(
              "The commit of %s did not come within %s; it may still come"
                  .formatted(turn.title, engine.options.ackTimeout())));
    }
    return more;
  }

  // Reading

  synchronized boolean isLive() {
    return loading.isLive();
  }

  /** Whether it has left memory: ask for it again. */
  synchronized boolean isGone() {
    return loading.isGone();
  }

  S visible() {
    Object held;
    synchronized (this) {
      held = visible;
    }
    return states().show(held);
  }

  /** What may be shown, as it is held. */
  synchronized Object visibleHeld() {
    return visible;
  }

  S latest() {
    Object held;
    synchronized (this) {
      held = latest;
    }
    return states().show(held);
  }

  /** Which life of its record this is; 0 while there is no record. */
  synchronized long life() {
    return record == null ? 0 : record.life();
  }

  /** Whether somebody's change is in it: a record, or an action that will make one. */
  synchronized boolean isEstablished() {
    return sequence > committed || (record != null && record.hasRecord() && !record.isErasing());
  }

  synchronized RestoreInfo restoreInfo(RestoreInfo.Cause cause) {
    return record == null ? new RestoreInfo(true, Revision.NONE, 0, cause) : record.info(cause);
  }

  /** The record as it would be adopted now; null if there is none. */
  synchronized @Nullable Adoption adoption() {
    return record == null || !record.hasRecord()
        ? null
        : new Adoption(record, record.revision(), Long.MAX_VALUE);
  }

  /** The ids of a session's own actions that the state holds. */
  synchronized Map<String, ActionIds.Client> idsOf(String session) {
    return ids.of(session);
  }

  /** What is known of an action, where only what was added is ever to be run again. */
  synchronized ActionIds.Known lookBack(ActionId id) {
    return ids.lookBack(id, engine.time);
  }

  synchronized boolean knows(ActionId id) {
    return ids.look(id, engine.time) == ActionIds.Known.APPLIED;
  }

  /** Returns false if the instance has left memory: ask for it again. */
  synchronized boolean add(Listener listener) {
    if (loading.isGone()) {
      return false;
    }
    if (listeners == null) {
      listeners = new ArrayList<>(1);
    }
    listeners.add(listener);
    attended = true;
    return true;
  }

  synchronized void remove(Listener listener) {
    if (listeners != null) {
      listeners.remove(listener);
      lastUsed = engine.recency.now();
      if (listeners.isEmpty()) {
        listeners = null;
      }
    }
  }

  synchronized void attach() {
    attached++;
  }

  synchronized void detach() {
    attached--;
  }

  /** How large the state is as JSON, if it has changed and lives in memory alone; else 0. */
  long unsavedBytes() {
    Object held;
    synchronized (this) {
      if (record != null || sequence == 0) {
        return 0;
      }
      held = latest;
    }
    return states().encode(held).length;
  }

  /** Completes when everything changed so far is durable. */
  CompletableFuture<Void> durable() {
    return durable(engine.options.ackTimeout());
  }

  /** The same, with a time of its own. */
  CompletableFuture<Void> durable(Duration within) {
    return record == null ? CompletableFuture.completedFuture(null) : record.durable(within);
  }

  // What the record writer sees and does, with the lock held

  boolean isDirty() {
    return sequence != committed;
  }

  long sequence() {
    return sequence;
  }

  long committed() {
    return committed;
  }

  int epoch() {
    return epoch;
  }

  Object latestHeld() {
    return latest;
  }

  Object committedHeld() {
    return committedState;
  }

  /** The actions that the newest state holds. */
  Map<String, ActionIds.Client> ids(Instant now) {
    ids.prune(now);
    return ids.all();
  }

  /** The state of a sequence is in the store. */
  void commit(long upTo, Object state) {
    committed = upTo;
    committedState = state;
  }

  /**
   * What becomes of the turns that another writer's record has undone.
   *
   * @param lost how many changes were undone
   * @param stored are in that record, too
   * @param again run again, before all that came later
   * @param failed can not
   * @param taken whether the caller has the instance's turn
   */
  record Overtaken<S>(
      long lost, List<Turn<S>> stored, List<Turn<S>> again, List<Turn<S>> failed, boolean taken) {}

  /** Goes on from another record. */
  Overtaken<S> replace(Restored restored) {
    long lost = sequence - committed;
    List<Turn<S>> stored = new ArrayList<>();
    List<Turn<S>> again = new ArrayList<>();
    List<Turn<S>> failed = new ArrayList<>();
    List<Turn<S>> undone = unanswered.takeUncommitted(committed, restored.state());
    accept(restored);
    for (Turn<S> turn : undone) {
      turn.result = latest;
      if (turn.id != null && knows(turn.id)) {
        stored.add(turn);
      } else if (turn.isInline() && again.size() < Engine.MAX_REPLAYED) {
        again.add(turn);
      } else {
        failed.add(turn);
      }
    }
    return new Overtaken<>(lost, stored, again, failed, mailbox.putBack(again));
  }

  // Loading

  /** Completes when the state is there, or exceptionally with a {@link LoadException}. */
  CompletableFuture<Void> loaded() {
    return loading.loaded();
  }

  /** Sees to it that it is loaded. */
  private void ensureLoading() {
    var unused = loaded();
  }

  /** Takes a restored state over, with the lock held. */
  void accept(Restored restored) {
    reset(restored.state(), ActionIds.of(restored.ids()));
    if (record != null) {
      record.accept(restored);
    }
  }

  /** Makes a state the only one, with the lock held: whatever ran on another is not published. */
  private void reset(Object state, ActionIds known) {
    latest = state;
    committedState = state;
    visible = state;
    committed = sequence;
    epoch++;
    ids = known;
  }

  // What becomes of turns when the store says no

  /** Settles turns that were applied to a state that another writer has replaced. */
  void settle(Overtaken<S> overtaken) {
    if (overtaken.taken) {
      engine.executor.execute(this::drain);
    }
    Unanswered.answer(overtaken.stored);
    for (Turn<S> turn : overtaken.failed) {
      turn.fail(
          new ConflictException(
              "Another writer changed %s before %s was stored".formatted(title(), turn.title)));
    }
    long lost = overtaken.lost - overtaken.again.size();
    if (!module.policy().isCommitted() && lost > 0) {
      engine.reports.odd(
          "%d acknowledged changes of %s lost against another writer".formatted(lost, title()));
    }
    signal();
  }

  /**
   * What is in the store now cannot be read: whoever waits is told, the next access tries again.
   */
  void unload(LoadException error) {
    List<Turn<S>> failed = new ArrayList<>();
    synchronized (this) {
      failed.addAll(unanswered.takeAll());
      failed.addAll(mailbox.shut());
      committed = sequence;
      epoch++;
      loading.forget();
    }
    failed.forEach(turn -> turn.fail(error));
  }

  /** The newest state cannot be stored: goes back to the committed one. */
  void takeBack(StateRejectedException error) {
    List<Turn<S>> undone;
    synchronized (this) {
      undone = unanswered.takeUncommitted(committed, committedState);
      for (Turn<S> turn : undone) {
        if (turn.id != null && turn.noted) {
          ids.remove(turn.id);
        }
      }
      reset(committedState, ids);
    }
    for (Turn<S> turn : undone) {
      if (turn.id != null && knows(turn.id)) {
        turn.done.complete(visibleHeld()); // It only asked again for an action that is stored.
      } else {
        turn.fail(error);
      }
    }
    signal();
  }

  /** Why no more actions are taken, or null. */
  synchronized @Nullable String degraded() {
    return record == null ? null : record.rejection();
  }

  private void signal() {
    List<Listener> told;
    synchronized (this) {
      told = listeners == null ? List.of() : List.copyOf(listeners);
    }
    told.forEach(Listener::signal);
  }

  // Leaving

  /** Prolongs the life of a record that has, or had a moment ago, a subscriber. */
  void touch(Duration lifetime) {
    synchronized (this) {
      if (!loading.isLive()) {
        return;
      }
      boolean was = attended;
      attended = listeners != null;
      if (!was || record == null) {
        return;
      }
    }
    record.touch(lifetime);
  }

  /** Whether its record's time is up. */
  synchronized boolean isOverdue() {
    return record != null && record.isOverdue(engine.time.instant());
  }

  /** Whether its record's time is up and nobody subscribes. */
  synchronized boolean isForsaken() {
    return listeners == null && !attended && isOverdue();
  }

  /**
   * Takes the state back to defaults and the record out of the store; who is attached goes on at
   * once. A tombstone stays for a while, so that no write prepared before succeeds after.
   */
  CompletableFuture<Void> erase() {
    Object held = states().hold(module.codec().initial(), null);
    List<Turn<S>> failed;
    CompletableFuture<Void> stale;
    boolean turn;
    synchronized (this) {
      stale = loading.overtake();
      turn = mailbox.open();
      failed = unanswered.takeAll();
      reset(held, new ActionIds());
      if (record != null) {
        record.beginErasing();
      }
    }
    ConflictException error = new ConflictException(title() + " was erased");
    failed.forEach(undone -> undone.fail(error));
    signal();
    if (stale != null) {
      stale.complete(null);
    }
    if (turn) {
      engine.executor.execute(this::drain);
    }
    return durable();
  }

  /**
   * The session has taken the state along to another key: begins anew, and its record goes if it
   * has not gone with the other key's first write.
   */
  void vacate() {
    Object held = states().hold(module.codec().initial(), null);
    RecordWriter<S> left;
    synchronized (this) {
      reset(held, new ActionIds());
      left = record != null && record.hasRecord() ? record : null;
      if (left != null) {
        left.beginErasing();
      }
    }
    if (left != null) {
      left.changed(SavePolicy.committed());
    }
  }

  /** Whether there is a record to erase, as far as this instance knows. */
  synchronized boolean mayHaveRecord() {
    return !loading.isLive() || isEstablished() || (record != null && record.isErasing());
  }

  /** Leaves memory if nothing needs it: nobody that holds on to it, no turn, no unsaved change. */
  boolean retire() {
    synchronized (this) {
      boolean busy =
          attached > 0
              || loading.isUnderWay()
              || (record != null && (isDirty() || record.isErasing() || record.isTouching()))
              || (attended && module.expireAfter() != null)
              || !unanswered.isEmpty()
              || listeners != null;
      if (busy || !mailbox.leave()) {
        return false;
      }
      loading.leave();
      return true;
    }
  }

  /** The same for one with a record, if it was not used since a moment, see {@link Recency}. */
  boolean retireIfUnused(int since) {
    synchronized (this) {
      return record != null && lastUsed - since <= 0 && retire();
    }
  }

  /** When it was last used, see {@link Recency}. */
  synchronized int lastUsed() {
    return lastUsed;
  }

  /** Runs a hook on the last state; what it changes is dropped. For one that has left memory. */
  void farewell(Turn<S> hook) {
    begin(hook);
    new HandlerRun<>(engine, this, hook).start();
  }

  boolean isIdle() {
    return mailbox.isIdle();
  }

  /** Answers everything that waits, because the runtime has ended. */
  void abandon() {
    List<Turn<S>> waiting;
    List<Turn<S>> applied;
    synchronized (this) {
      waiting = mailbox.end();
      applied = unanswered.takeAll();
      epoch++; // What runs now is not published.
    }
    ClosedException closed = new ClosedException("The runtime was closed before it ran");
    waiting.forEach(turn -> turn.fail(closed));
    OutcomeUnknownException unknown =
        new OutcomeUnknownException("The runtime was closed before the commit of " + title());
    applied.forEach(turn -> turn.fail(unknown));
  }
}
