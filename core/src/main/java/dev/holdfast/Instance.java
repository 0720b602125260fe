package dev.holdfast;

import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import java.time.Instant;
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

  private final Engine engine;
  private final StateModule<S> module;
  private final @Nullable StateKey key;
  private final @Nullable RecordWriter<S> record;
  private final Mailbox<S> mailbox;
  private final Loading<S> loading;

  private final Versions versions = new Versions();
  private final Acknowledgements<S> acknowledgements;
  private int lastUsed;
  private int attached;

  /** Where a saved instance's record lives. */
  record Backing(StateStore store, AutoSaver saver, Backlog backlog) {}

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
        key == null || backing == null ? null : new RecordWriter<>(engine, this, key, backing);
    this.mailbox = new Mailbox<>(this, backing == null ? null : backing.backlog());
    this.acknowledgements = new Acknowledgements<>(engine, this, versions);
    this.loading = new Loading<>(engine, this, record, mailbox, departure);
    this.lastUsed = engine.recency.now();
    if (record == null) {
      engine.unsaved.add(this);
    }
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

  private Unanswered<S> unanswered() {
    return acknowledgements.unanswered();
  }

  private Audience audience() {
    return acknowledgements;
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
    if (here && turn.isInline() && beginsHere(turn)) {
      TurnRunner.runHere(engine, this, turn);
      return true;
    }
    switch (mailbox.add(turn)) {
      case QUEUED -> {
        ensureLoading(); // After the addition: a load that fails fails this turn too.
        // Read behind the lock of the line before: the watchdog sees the addition.
        if (!acknowledgements.isWatched()) {
          acknowledgements.watch();
        }
      }
      case TAKEN -> {
        if (here && turn.isInline()) {
          drain();
        } else {
          acknowledgements.watch();
          engine.executor.execute(this::drain);
        }
      }
      case FULL ->
          turn.fail(new OverloadedException("%s did not run: %s".formatted(turn.title, crowd())));
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
      Turn<S> turn;
      synchronized (this) { // What is put back comes before what has not begun.
        turn = mailbox.next();
        if (turn == null) {
          return;
        }
        begin(turn);
      }
      if (!TurnRunner.run(engine, this, turn)) {
        return; // A handler has the turn now and drains when it has ended.
      }
      if (!turn.ended && !end(turn)) {
        return; // It took too long, and somebody else drains.
      }
    }
    engine.executor.execute(this::drain);
  }

  /** Begins a turn at once, if nothing is before it. */
  private synchronized boolean beginsHere(Turn<S> turn) {
    turn.isHere = mailbox.take(turn);
    if (turn.isHere) {
      begin(turn);
    }
    return turn.isHere;
  }

  /** Gives a turn the state it runs on, and what is known of its id; with the lock held. */
  private void begin(Turn<S> turn) {
    lastUsed = engine.recency.now();
    turn.at = this;
    turn.base = versions.latest();
    turn.epoch = versions.epoch();
    turn.degraded = record == null ? null : record.rejection();
    turn.refusal = turn.kind == Turn.Kind.ACTION ? refusal(turn) : null;
    turn.known = versions.known(turn, engine.time, module);
    mailbox.begin(turn, engine.watchdog.tick());
  }

  /** Why the mailbox takes no more. */
  private synchronized String crowd() {
    String tooMuch = record == null ? null : record.share().refusal();
    return tooMuch == null
        ? "%d actions wait for %s".formatted(Mailbox.MAX_WAITING, title())
        : tooMuch;
  }

  /** Why too much waits already for an action to run, or null; with the lock held. */
  private @Nullable String refusal(Turn<S> turn) {
    if (unanswered().isFull()) {
      return "%d actions of %s wait for their commit".formatted(Unanswered.MAX, title());
    }
    return record == null || turn.policy != null ? null : record.share().refusal();
  }

  /** Charges what waits now; with the lock held, after each change of that. */
  void charge() {
    if (record != null) {
      record.share().charge(isDirty(), unanswered().weight());
    }
  }

  /** Ends a turn that runs. Returns false if it has taken too long and is answered already. */
  synchronized boolean end(Turn<S> turn) {
    return mailbox.end(turn);
  }

  /** A handler has returned; what is asked of the module now has its own time. */
  void concludes(Turn<S> turn, boolean concluding) {
    synchronized (this) {
      mailbox.conclude(turn, concluding, engine.watchdog.tick());
    }
    acknowledgements.watch();
  }

  /** A state for a turn to work on: of a mutable type, a copy of its own. */
  S working(Turn<S> turn) {
    return states().show(Objects.requireNonNull(turn.base));
  }

  /** Makes the outcome of a turn the newest state. For the holder of the turn. */
  void publish(Turn<S> turn, Object after) {
    Object base = Objects.requireNonNull(turn.base);
    boolean same = turn.kind == Turn.Kind.FAREWELL || states().same(base, after);
    // The end of a guest's record goes along, and so does what is known from elsewhere.
    boolean changed = !same || turn.adoption != null || !turn.brought.isEmpty();
    SavePolicy policy = turn.policy == null ? module.policy() : turn.policy;
    CompletableFuture<?> debts = turn.debts();
    boolean save = false;
    List<Listener> told = null;
    synchronized (this) {
      if (!end(turn)) {
        return;
      }
      turn.noted = false;
      turn.raised = false;
      if (turn.epoch != versions.epoch()) {
        debts = null;
        turn.result = null;
      } else {
        if (changed) {
          save = !turn.kind.isHook() || isEstablished();
          if (save) {
            boolean waits = record != null && policy.isCommitted();
            boolean shown = !waits && debts == null && unanswered().isEmpty();
            change(turn, same ? base : after, shown);
          } else {
            versions.become(after);
          }
        }
        told = enqueue(turn, policy, debts);
        save = save && record != null && !record.isNoted(policy);
        turn.isOut = turn.isHere && !save && mailbox.giveBack();
      }
    }
    if (turn.result == null) {
      repeat(turn);
      return;
    }
    if (save && record != null) {
      record.changed(policy);
    }
    answer(turn, told, debts);
  }

  /** Answers a turn that was taken in. */
  private void answer(
      Turn<S> turn, @Nullable List<Listener> told, @Nullable CompletableFuture<?> debts) {
    if (told == null) {
      acknowledgements.releaseAfter(debts);
    } else {
      turn.isAnswered = turn.isHere && turn.isDirect;
      if (!turn.isAnswered) {
        turn.answer();
      }
      told.forEach(Listener::signal);
    }
    turn.over();
  }

  /** Makes the outcome of a turn a change to be saved, with the lock held. */
  private void change(Turn<S> turn, Object after, boolean shown) {
    versions.change(after, shown);
    turn.raised = true;
    turn.noted = turn.id != null && !knows(turn.id); // It may come again, with more of its guest's.
    versions.note(turn, engine.time);
    Adoption adoption = turn.adoption;
    if (adoption != null && record != null) {
      record.takeAlong(adoption.at(versions.sequence()));
      versions
          .ids()
          .adopt(adoption.session(), adoption.revision(), engine.time.instant(), module.idMemory());
    }
  }

  /** Takes a turn in that has run. Returns who is to be told if it waits for nothing; else null. */
  private @Nullable List<Listener> enqueue(
      Turn<S> turn, SavePolicy policy, @Nullable CompletableFuture<?> debts) {
    boolean needsCommit = record != null && policy.isCommitted();
    long weight = record == null ? 0 : record.share().weight(turn);
    List<Listener> told = acknowledgements.add(turn, needsCommit, weight, debts);
    charge();
    return told;
  }

  /** The state changed under the turn's feet. */
  private void repeat(Turn<S> turn) {
    if (mailbox.isEnded()) {
      turn.fail(new ClosedException("The runtime was closed while it ran"));
    } else if (turn.isInline()) {
      turn.isHere = false;
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
    CompletableFuture<?> debts = turn.debts();
    List<Listener> told;
    synchronized (this) {
      end(turn);
      told = enqueue(turn, turn.policy == null ? module.policy() : turn.policy, debts);
    }
    answer(turn, told, debts);
  }

  /** Takes out what can be answered. Returns what is to be said, or null. */
  @Nullable Runnable released() {
    return acknowledgements.released();
  }

  /** Ends what has taken too long. Returns whether to look again. */
  boolean expire(int before) {
    Overtime<S> found;
    boolean more;
    synchronized (this) {
      found = Overtime.take(mailbox, acknowledgements, engine.watchdog.tick(), before);
      more = acknowledgements.isWatched();
    }
    found.tell(engine, this, acknowledgements);
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
      held = versions.visible();
    }
    return states().show(held);
  }

  /** What may be shown, as it is held. */
  synchronized Object visibleHeld() {
    return versions.visible();
  }

  S latest() {
    Object held;
    synchronized (this) {
      held = versions.latest();
    }
    return states().show(held);
  }

  /** Which life of its record this is; 0 while there is no record. */
  synchronized long life() {
    return record == null ? 0 : record.life();
  }

  /** Whether somebody's change is in it: a record, or an action that will make one. */
  synchronized boolean isEstablished() {
    return isDirty() || (record != null && record.hasRecord() && !record.isErasing());
  }

  /** Whether a record would begin with a state that does not lead back to its key (law K5). */
  boolean isUnfounded(@Nullable String id) {
    return key != null
        && key.scope() == StateKey.Scope.KEYED
        && !key.id().equals(id)
        && !isEstablished();
  }

  synchronized RestoreInfo restoreInfo(RestoreInfo.Cause cause) {
    return record == null
        ? new RestoreInfo(true, Revision.NONE, 0, cause)
        : record.standing().info(cause);
  }

  /** The revision of the record; null if there is none, or it is on its way out. */
  synchronized @Nullable Revision storedRevision() {
    return record == null || !record.hasRecord() || record.isErasing()
        ? null
        : record.standing().revision();
  }

  /** The record as it would be adopted now; null if there is none. */
  synchronized @Nullable Adoption adoption() {
    return record == null ? null : record.standing().adoption(record);
  }

  /**
   * The ids of a session's own actions that the state holds. One whose commit has not come is not
   * known to be stored, and is never to be run again.
   */
  synchronized Map<String, ActionIds.Client> idsOf(String session) {
    Map<String, ActionIds.Client> known = versions.ids().of(session);
    unanswered()
        .uncommittedIds(versions.committed())
        .forEach(id -> known.computeIfPresent(id.client(), (name, its) -> its.doubting(id)));
    return known;
  }

  /** What is known of an action, where only what was added is ever to be run again. */
  synchronized ActionIds.Known lookBack(ActionId id) {
    return versions.ids().lookBack(id, engine.time, module.idMemory());
  }

  synchronized boolean knows(ActionId id) {
    return versions.ids().look(id, engine.time, module.idMemory()) == ActionIds.Known.APPLIED;
  }

  /** Whether the state holds what a turn does, and what its guest brings along. */
  synchronized boolean knows(Turn<S> turn) {
    return turn.id != null && knows(turn.id) && !versions.ids().asksForMore(turn, module);
  }

  /** The revision of the last of a session's guest's records that the state holds, or null. */
  synchronized @Nullable Revision adopted(String session) {
    return versions.ids().adopted(session);
  }

  /**
   * Whether a guest's record of that revision is adopted here, and that is not known to be stored.
   */
  synchronized boolean mayLose(Revision adopted) {
    return record != null && record.mayLoseGuest(adopted);
  }

  /** Returns false if the instance has left memory: ask for it again. */
  synchronized boolean add(Listener listener) {
    if (loading.isGone()) {
      return false;
    }
    audience().add(listener);
    return true;
  }

  synchronized void remove(Listener listener) {
    audience().remove(listener);
    lastUsed = engine.recency.now();
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
      if (record != null || versions.sequence() == 0) {
        return 0;
      }
      held = versions.latest();
    }
    return states().encode(held).length;
  }

  /** Whether a state would be larger than the last, where nothing may grow any more (law K8). */
  boolean outgrows(Turn<S> turn, Object held) {
    return record == null
        && engine.unsaved.isFull()
        && states().encode(held).length > states().encode(Objects.requireNonNull(turn.base)).length;
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
    return versions.isDirty();
  }

  long sequence() {
    return versions.sequence();
  }

  long committed() {
    return versions.committed();
  }

  boolean hasIdsToStore() {
    return versions.hasIdsToStore();
  }

  int epoch() {
    return versions.epoch();
  }

  Object latestHeld() {
    return versions.latest();
  }

  Object committedHeld() {
    return versions.committedState();
  }

  /** The actions that the newest state holds. */
  Map<String, ActionIds.Client> ids(Instant now) {
    forget(now);
    return versions.allIds();
  }

  /** Forgets the ids that have run out. */
  synchronized void forget(Instant now) {
    acknowledgements.keepInMind(now);
    versions.prune(now, module.idMemory().time());
  }

  /** The state of a sequence is in the store. */
  void commit(long upTo, Object state) {
    versions.commit(upTo, state);
    unanswered().committed(upTo);
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

  // What becomes of turns when the store says no

  /** Why no more actions are taken, or null. */
  synchronized @Nullable String degraded() {
    return record == null ? null : record.rejection();
  }

  /** Whether an action may run that leaves a state which can be stored again. */
  synchronized boolean mayMend() {
    return record != null && record.isUnfit();
  }

  /** Why a state does not end what keeps this from being saved, or null. */
  @Nullable String unmended(Object state) {
    return record != null && mayMend() && !record.fits(state) ? degraded() : null;
  }

  // Leaving

  /** Prolongs the life of a record that has, or had a moment ago, a subscriber. */
  void touch(Duration lifetime) {
    synchronized (this) {
      if (!loading.isLive()) {
        return;
      }
      if (!audience().takeAttended() || record == null) {
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
    return audience().isEmpty() && !audience().wasAttended() && isOverdue();
  }

  /** Whether there is a record to erase, as far as this instance knows. */
  synchronized boolean mayHaveRecord() {
    return !loading.isLive() || isEstablished() || (record != null && record.hasSomething());
  }

  /** Leaves memory if nothing needs it: nobody that holds on to it, no turn, no unsaved change. */
  boolean retire() {
    synchronized (this) {
      boolean busy =
          attached > 0
              || loading.isUnderWay()
              || (record != null
                  && (isDirty() || record.isErasing() || record.lifetime().isTouching()))
              || (audience().wasAttended() && module.expireAfter() != null)
              || !unanswered().isEmpty()
              || !audience().isEmpty();
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
    synchronized (this) {
      begin(hook);
    }
    new HandlerRun<>(engine, this, hook).start();
  }

  boolean isIdle() {
    return mailbox.isIdle();
  }

  /** What replaces the state other than actions. Made when needed: most instances never are. */
  Replacement<S> replacement() {
    return new Replacement<>(
        engine, this, record, mailbox, loading, versions, acknowledgements, acknowledgements);
  }

  /** Another writer may have changed the record. */
  void refresh() {
    var unused = refreshed();
  }

  /** The same; complete when that was looked at, see {@link Refresh#start}. */
  CompletableFuture<Void> refreshed() {
    return record == null
        ? CompletableFuture.completedFuture(null)
        : new Refresh<>(engine, this, record).start();
  }

  CompletableFuture<Void> erase() {
    return replacement().erase(false);
  }
}
