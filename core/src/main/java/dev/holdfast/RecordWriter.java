package dev.holdfast;

import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.Savable;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.save.UnfitStateException;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes an instance's record: prepares what the saver asks for, and settles what has become of it.
 *
 * <p>Its fields, and those of its parts, belong to the instance's lock, so that what is written and
 * what is committed are always seen together. The saver calls it on a thread of the saver's, one
 * call at a time.
 */
final class RecordWriter<S> extends Savable {

  private final Engine engine;
  private final Instance<S> instance;
  private final StateKey key;
  private final StateStore store;
  private final AutoSaver saver;
  private final Share share;

  private @Nullable Flight flight;
  private @Nullable String rejection;

  private final Standing standing;
  private final RecordEncoder<S> encoder;
  private final Lifetime lifetime = new Lifetime();
  private Errands errands = Errands.NONE;

  RecordWriter(Engine engine, Instance<S> instance, StateKey key, Instance.Backing backing) {
    this.engine = engine;
    this.instance = instance;
    this.key = key;
    this.store = backing.store();
    this.saver = backing.saver();
    this.share = new Share(instance, backing.backlog());
    this.standing = new Standing(key, instance, engine.random);
    this.encoder = new RecordEncoder<>(engine, instance, key, share);
  }

  @Override
  public StateKey key() {
    return key;
  }

  CompletableFuture<Found> load() {
    CompletableFuture<Found> load =
        new Load(engine, store, key, instance.module().formerNames()).start();
    engine.after(load, (found, error) -> encoder.measured(found));
    return load;
  }

  StateStore store() {
    return store;
  }

  void changed(SavePolicy policy) {
    saver.changed(this, policy);
  }

  // With the instance's lock held

  /** Whether the saver comes round for a change in any case: then it need not be told. */
  boolean isNoted(SavePolicy policy) {
    return saver.isNoted(this, policy);
  }

  Standing standing() {
    return standing;
  }

  Lifetime lifetime() {
    return lifetime;
  }

  Erasure erasure() {
    return errands.erasure;
  }

  Doubt doubt() {
    return errands.doubt;
  }

  Flushes flushes() {
    return errands.flushes;
  }

  boolean hasRecord() {
    return standing.hasRecord();
  }

  long life() {
    return isErasing() ? 0 : standing.life();
  }

  /** Whether the store has something of the key that an erase must take away. */
  boolean hasSomething() {
    return standing.hasSomething() || isErasing();
  }

  boolean isErasing() {
    return errands.erasure.isWanted();
  }

  Share share() {
    return share;
  }

  boolean isUnfit() {
    return encoder.isUnfit() && rejection != null;
  }

  /** Why the newest state is not saved, or null. */
  @Nullable String rejection() {
    return rejection;
  }

  /** Goes on from a record. */
  void accept(Restored restored) {
    standing.accept(restored);
    errands.doubt.close();
    errands.erasure.end();
    errands.adoptions.clear();
    rejection = null;
  }

  /** Whether the record's time is up, and no change is on its way that would prolong it. */
  boolean isOverdue(Instant now) {
    return hasRecord() && !isErasing() && !instance.isDirty() && lifetime.isOver(now);
  }

  void beginErasing(boolean expires) {
    errands = errands.own();
    errands.erasure.begin(expires);
    standing.keep(UnknownMembers.NONE);
    errands.adoptions.clear();
  }

  /** A guest's record goes with the write of what has just changed. */
  void takeAlong(Adoption adoption) {
    errands = errands.own();
    errands.adoptions.add(adoption);
  }

  // From here on this takes the lock itself

  /** Prolongs the record's time, if a tenth of it has passed (law E1). */
  void touch(Duration whole) {
    Instant now = engine.time.instant();
    synchronized (instance) {
      if (!hasRecord() || isErasing() || !lifetime.touch(whole, now)) {
        return;
      }
    }
    changed(SavePolicy.committed());
  }

  /** Completes when everything changed so far is durable. */
  CompletableFuture<Void> durable(Duration within) {
    CompletableFuture<Void> done;
    Flushes flushes;
    synchronized (instance) {
      if (!instance.isDirty() && !isErasing()) {
        return CompletableFuture.completedFuture(null);
      }
      errands = errands.own();
      flushes = errands.flushes;
      done = flushes.add(instance.sequence());
    }
    saver.hurry(this); // Also one that was rejected.
    flushes.limit(done, within, engine, instance);
    return done;
  }

  @Override
  protected WriteBatch.@Nullable Entry prepare() {
    Instant now = engine.time.instant();
    Flight next;
    Step step;
    Map<String, ActionIds.Client> ids;
    boolean skipped;
    boolean isThere;
    synchronized (instance) {
      if (!hasRecord()) {
        lifetime.stopTouching();
      }
      if (!instance.isDirty() && !isErasing() && !lifetime.isTouching()) {
        return null;
      }
      next = isErasing() ? Flight.erasing(instance) : Flight.of(instance, standing.unknown());
      skipped =
          !next.erases()
              && !lifetime.isTouching()
              && !errands.doubt.isOpen()
              && errands.adoptions.isEmpty()
              && instance.module().records().isPartial()
              && !instance.hasIdsToStore();
      isThere = !instance.isDirty();
      flight = next;
      step = standing.next(next.sequence(), now);
      ids = instance.ids(now);
    }
    if (next.erases()) {
      return send(next.with(step.end(null)));
    }
    if (skipped && isStoredAlready(next)) {
      return null;
    }
    try {
      return send(encoder.encode(next, step, ids, isThere));
    } catch (UnfitStateException e) {
      return findOut(e);
    }
  }

  private Put send(Flight ready) {
    synchronized (instance) {
      flight = ready;
    }
    return ready.entry();
  }

  /**
   * The newest state cannot be stored, and an earlier one may be: writes that once more first, so
   * that nobody is told of an action that is stored that it is not (laws S4 and S7).
   */
  private Put findOut(UnfitStateException unfit) {
    synchronized (instance) {
      Flight lost = errands.doubt.repeatable(instance.epoch(), standing.revision());
      if (lost == null) {
        throw unfit;
      }
      return send(lost);
    }
  }

  /** Whether nothing is lost when this is not written: the record is due for whoever comes next. */
  boolean isExpendable() {
    synchronized (instance) {
      return errands.erasure.isExpiring() && !instance.isDirty();
    }
  }

  /** What to keep of it when the store has not taken it; null if there is nothing, or no form. */
  @Nullable Rescued rescued() {
    encoder.liftLimit();
    synchronized (instance) {
      if (isErasing() && instance.isDirty()) {
        standing.beginAnew();
        errands.erasure.end();
      }
    }
    try {
      return prepare() instanceof Put put ? Rescued.of(put, companions()) : null;
    } catch (UnfitStateException e) {
      return null;
    }
  }

  /** A change of what is not stored needs no write (law A4): it is as good as committed. */
  private boolean isStoredAlready(Flight next) {
    if (!encoder.isStored(next)) {
      return false;
    }
    boolean more;
    Runnable answers;
    synchronized (instance) {
      if (!isErasing() && next.epoch() == instance.epoch()) {
        instance.commit(next.sequence(), next.state());
        errands.adoptions.stored(next.sequence());
      }
      flight = null;
      answers = answers();
      more = instance.isDirty() || isErasing();
    }
    answers.run();
    if (more) {
      changed(instance.module().policy());
    }
    return true;
  }

  /** Whether a state can be stored, as far as its size and form go. */
  boolean fits(Object state) {
    return encoder.fits(state, standing);
  }

  @Override
  protected List<Companion> companions() {
    List<Companion> along;
    List<Adoption> going;
    synchronized (instance) {
      if (flight == null || (!standing.hasLeftovers() && errands.adoptions.isEmpty())) {
        return List.of();
      }
      along = standing.ends(engine.time.instant());
      going = flight.erases() ? List.of() : errands.adoptions.upTo(flight.sequence());
    }
    going.forEach(adoption -> along.addAll(adoption.companions(key)));
    return along;
  }

  /** Whether the last write was held back because a guest's record has changed; with the lock. */
  boolean hasLostGuest() {
    return errands.adoptions.hasLost();
  }

  /** Whether it is not known yet that a guest's record has been adopted here; with the lock. */
  boolean mayLoseGuest(Revision adopted) {
    return errands.adoptions.holds(adopted);
  }

  /** See {@link Standing#leaving}; nothing if it is to go in any case. */
  List<Companion> leaving(StateKey adopting, Adoption adoption) {
    Instant now = engine.time.instant();
    synchronized (instance) {
      return isErasing() ? List.of() : standing.leaving(adopting, adoption, now);
    }
  }

  @Override
  protected boolean saved(Revision now) {
    Flight landed = flight();
    return stored(now, landed, landed.entry().record());
  }

  /** What is prepared, from then on until its outcome is known. */
  Flight flight() {
    return Objects.requireNonNull(flight);
  }

  /** The key has a record of this writer's. Returns whether there is more to write by now. */
  boolean stored(Revision now, Flight landed, StateRecord record) {
    boolean more;
    Runnable answers;
    synchronized (instance) {
      boolean isRecord = !record.isTombstone();
      standing.stored(now, isRecord);
      errands.erasure.stored(isRecord);
      rejection = null;
      errands.doubt.close();
      lifetime.note(record);
      errands.adoptions.stored(landed.sequence());
      boolean erasedSince = landed.erases() && isRecord;
      boolean older = landed.sequence() < instance.committed(); // A reset has settled the rest.
      if (landed.epoch() == instance.epoch() && !erasedSince && !older) {
        instance.commit(landed.sequence(), landed.state());
        standing.keep(landed.unknown());
      }
      flight = null;
      answers = answers();
      more = instance.isDirty() || isErasing();
    }
    answers.run();
    return more;
  }

  /** Who waited for what is committed now; with the lock held. To be run without it. */
  private Runnable answers() {
    List<CompletableFuture<Void>> durable =
        isErasing() ? List.of() : errands.flushes.take(instance.committed());
    errands = errands.left();
    Runnable replies = instance.released(); // What is committed is what is shown, at once.
    return () -> {
      Flushes.complete(durable);
      if (replies != null) {
        engine.replies.add(replies);
      }
    };
  }

  @Override
  protected void failed() {
    // Nothing is known, so nothing changes: see the class of the doubt.
    synchronized (instance) {
      errands = errands.own();
      errands.doubt.open(flight);
    }
  }

  @Override
  protected void withdrawn() {
    synchronized (instance) {
      flight = null;
    }
  }

  @Override
  protected CompletableFuture<Boolean> conflicted(Revision actual) {
    return settle(Settlement::settle, actual);
  }

  @Override
  protected boolean isInDoubt() {
    synchronized (instance) {
      return errands.doubt.repeatable(instance.epoch(), standing.revision()) != null;
    }
  }

  @Override
  protected CompletableFuture<Boolean> findOut() {
    return settle(Settlement::findOut, Revision.NONE);
  }

  /** Reads the record, in bounded time, and on no thread of the saver's. */
  private CompletableFuture<Boolean> settle(Predicate<Settlement<S>> how, Revision actual) {
    synchronized (instance) {
      flight = flight().refused();
    }
    return load()
        .thenApplyAsync(
            found -> how.test(new Settlement<>(engine, instance, this, found.own(), actual)),
            engine.steps);
  }

  @Override
  protected boolean rejected(String reason) {
    StateRejectedException error =
        new StateRejectedException("%s cannot be stored: %s".formatted(instance.title(), reason));
    boolean committed = instance.module().policy().isCommitted();
    List<CompletableFuture<Void>> broken;
    long doubtful;
    synchronized (instance) {
      rejection = committed ? null : reason;
      errands.adoptions.clear();
      broken = errands.flushes.takeAll();
      Flight lost = errands.doubt.giveUp();
      doubtful = lost == null ? 0 : lost.sequence();
      if (lost != null) {
        standing.drawWriter(); // If it has landed, this state does not go on from it.
      }
      flight = null;
      lifetime.stopTouching();
    }
    if (committed) {
      instance.replacement().takeBack(error, doubtful);
    }
    Flushes.fail(broken, error);
    return !committed;
  }
}
