package dev.holdfast;

import dev.holdfast.Found.Leftover;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.UnencodableStateException;
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
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How an instance stands in the store: the revision that it goes on from, and the write in flight.
 *
 * <p>Its fields belong to the instance's lock, so that what is written and what is committed are
 * always seen together. The saver calls it on the saver's thread, one call at a time.
 *
 * <p>After an unknown outcome nothing is assumed: the next write is prepared anew, under the same
 * expected revision. If the lost one had landed, that conflicts, and the mark in the record (this
 * writer, and the sequence that the record covers) tells what is stored already.
 */
final class RecordWriter<S> extends Savable {

  private static final long NEVER = Long.MAX_VALUE;

  private final Engine engine;
  private final Instance<S> instance;
  private final StateKey key;
  private final StateStore store;
  private final AutoSaver saver;
  private final Share share;

  private Revision revision = Revision.NONE;
  private boolean hasRecord;
  private int schemaVersion;
  private boolean erasing;

  /** When the record's time is up, in milliseconds of the epoch; {@link #NEVER} for never. */
  private long due = NEVER;

  private boolean touching;

  /** What {@link #due} is once the write in flight is stored. For the saver's thread alone. */
  private long preparedDue = NEVER;

  /** Drawn anew when another writer was first: what is uncommitted then is another's business. */
  private long writer;

  /** Of the key, under former names of the module; they go with its next write. */
  private List<Leftover> leftovers = List.of();

  /** What the record has that the program does not know; it goes with the record. */
  private UnknownMembers unknown = UnknownMembers.NONE;

  /** Whether the key's record cannot be read, and is aside. */
  private boolean isAside;

  /** Whether a write may have landed of which nothing was heard. */
  private boolean inDoubt;

  /** The last such write. */
  private @Nullable Doubt doubt;

  /** What was prepared last, until something is heard of it; the saver's alone. */
  private @Nullable Put sent;

  private @Nullable Flight flight;

  /** Guests' records that go with the next write. */
  private @Nullable List<Adoption> adoptions;

  private @Nullable List<Flush> flushes;
  private @Nullable String rejection;

  /** Whether it is not even offered to the store: it is too large, or cannot be encoded. */
  private boolean unfit;

  /** Whether it was past half of the limit. For the saver's thread alone. */
  private boolean large;

  /** Whether its size does not matter any more. */
  private boolean rescuing;

  /**
   * A write on its way.
   *
   * @param epoch the instance's when it was prepared: if that has changed, the live state does not
   *     stem from this write, and only its revision counts
   */
  private record Flight(
      long sequence, Object state, UnknownMembers unknown, int epoch, boolean erases) {

    Flight with(UnknownMembers written) {
      return new Flight(sequence, state, written, epoch, erases);
    }
  }

  /** A write of which nothing was heard. */
  private record Doubt(Flight flight, Put put, long due) {}

  private record Flush(long sequence, CompletableFuture<Void> done) {}

  RecordWriter(Engine engine, Instance<S> instance, StateKey key, Instance.Backing backing) {
    this.engine = engine;
    this.instance = instance;
    this.key = key;
    this.store = backing.store();
    this.saver = backing.saver();
    this.share = new Share(backing.backlog());
    this.writer = engine.random.nextLong();
  }

  @Override
  public StateKey key() {
    return key;
  }

  CompletableFuture<Found> load() {
    CompletableFuture<Found> load =
        new Load(engine, store, key, instance.module().formerNames()).start();
    engine.after(
        load,
        (found, error) -> {
          StateRecord record = found == null ? null : found.record();
          if (record != null) {
            measured(record.content().length);
          }
        });
    return load;
  }

  /** Puts a copy of what cannot be read aside. */
  CompletableFuture<StateKey> putAside(Found found) {
    StateRecord record = Objects.requireNonNull(found.record());
    return Load.ask(
        engine,
        () -> {
          StateKey copy = Quarantine.keep(store, key, record, instance.title());
          engine.reports.onQuarantined(key, copy);
          return copy;
        });
  }

  /** Takes what else the store has of the key out of it. */
  CompletableFuture<Void> eraseRelics() {
    return Relics.erase(engine, store, instance.module(), key);
  }

  void changed(SavePolicy policy) {
    saver.changed(this, policy);
  }

  // With the instance's lock held

  long life() {
    return hasRecord ? origin().incarnation() : 0;
  }

  /** What the next write goes on from: a record under a former name goes on living. */
  private Revision origin() {
    return revision.isNone() && !leftovers.isEmpty() ? leftovers.getFirst().revision() : revision;
  }

  private Revision after() {
    Revision origin = origin();
    return hasRecord && !origin.isNone() ? origin.next() : Revision.first(nonZero());
  }

  boolean isTouching() {
    return touching;
  }

  boolean hasRecord() {
    return hasRecord;
  }

  /** Whether the store has something of the key that an erase must take away. */
  boolean hasSomething() {
    return hasRecord || isAside || erasing;
  }

  boolean isErasing() {
    return erasing;
  }

  Share share() {
    return share;
  }

  boolean isUnfit() {
    return unfit && rejection != null;
  }

  /** Why the newest state is not saved, or null. */
  @Nullable String rejection() {
    return rejection;
  }

  RestoreInfo info(RestoreInfo.Cause cause) {
    return new RestoreInfo(!hasRecord, hasRecord ? origin() : Revision.NONE, schemaVersion, cause);
  }

  /** Goes on from a record. */
  void accept(Restored restored) {
    revision = restored.revision();
    hasRecord = restored.isRecord();
    schemaVersion = restored.schemaVersion();
    unknown = restored.unknown();
    leftovers = restored.leftovers();
    isAside = restored.isAside();
    inDoubt = false;
    doubt = null;
    erasing = false;
    adoptions = null;
    rejection = null;
  }

  /** Whether the record's time is up, and no change is on its way that would prolong it. */
  boolean isOverdue(Instant now) {
    return hasRecord && !erasing && !touching && !instance.isDirty() && due <= now.toEpochMilli();
  }

  /** What the record says about its time. */
  void noteDue(@Nullable StateRecord record) {
    due = record == null ? NEVER : millis(record.dueAt());
    touching = false;
  }

  private static long millis(@Nullable Instant instant) {
    return instant == null ? NEVER : instant.toEpochMilli();
  }

  void beginErasing() {
    erasing = true;
    unknown = UnknownMembers.NONE;
    adoptions = null;
  }

  /** A guest's record goes with the write of what has just changed. */
  void takeAlong(Adoption adoption) {
    if (adoptions == null) {
      adoptions = new ArrayList<>(1);
    }
    adoptions.add(adoption);
  }

  /** What was adopted up to a sequence needs to go along no more. */
  private void adopted(long upTo) {
    if (adoptions != null) {
      adoptions.removeIf(adoption -> adoption.sequence() <= upTo);
      adoptions = adoptions.isEmpty() ? null : adoptions;
    }
  }

  Revision revision() {
    return revision;
  }

  // From here on this takes the lock itself

  /** Prolongs the record's time, if a tenth of it has passed (law E1). */
  void touch(Duration lifetime) {
    long now = engine.time.instant().toEpochMilli();
    synchronized (instance) {
      boolean old = due - now <= lifetime.toMillis() / 10 * 9;
      if (!hasRecord || erasing || touching || !old) {
        return;
      }
      touching = true;
    }
    changed(SavePolicy.committed());
  }

  /** Completes when everything changed so far is durable. */
  CompletableFuture<Void> durable(Duration within) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (instance) {
      if (!instance.isDirty() && !erasing) {
        return CompletableFuture.completedFuture(null);
      }
      if (flushes == null) {
        flushes = new ArrayList<>(1);
      }
      flushes.add(new Flush(instance.sequence(), done));
    }
    saver.hurry(this); // Also one that was rejected.

    var timer =
        engine.time.schedule(
            within,
            () ->
                done.completeExceptionally(
                    new OutcomeUnknownException(
                        "%s was not saved within %s; it stays to be saved"
                            .formatted(instance.title(), within))));
    engine.after(
        done,
        (none, error) -> {
          timer.close();
          forget(done);
        });
    return done;
  }

  @SuppressWarnings("ReferenceEquality") // the very future
  private void forget(CompletableFuture<Void> done) {
    synchronized (instance) {
      if (flushes != null) {
        flushes.removeIf(flush -> flush.done == done);
        flushes = flushes.isEmpty() ? null : flushes;
      }
    }
  }

  private List<Flush> takeFlushes(long upTo) {
    if (flushes == null) {
      return List.of();
    }
    List<Flush> taken = flushes.stream().filter(flush -> flush.sequence <= upTo).toList();
    flushes.removeAll(taken);
    flushes = flushes.isEmpty() ? null : flushes;
    return taken;
  }

  private static void fail(List<Flush> flushes, HoldfastException error) {
    flushes.forEach(flush -> flush.done.completeExceptionally(error));
  }

  @Override
  protected WriteBatch.@Nullable Entry prepare() {
    Instant now = engine.time.instant();
    Flight next;
    Revision expected;
    Revision after;
    Map<String, ActionIds.Client> ids;
    boolean skipped;
    synchronized (instance) {
      touching = touching && hasRecord;
      if (!instance.isDirty() && !erasing && !touching) {
        return null;
      }
      next = next();
      skipped = !next.erases && !touching && !inDoubt && instance.module().records().isPartial();
      flight = next;
      expected = revision;
      after = after();
      ids = instance.ids(now);
    }
    WriterMark mark = new WriterMark(writer, next.sequence);
    if (next.erases) {
      return new Put(
          key, expected, StateRecord.tombstone(after, mark, now, now.plus(Engine.TOMBSTONE)));
    }
    if (skipped && isStoredAlready(next)) {
      return null;
    }
    byte[] content;
    try {
      content = encode(next, ids);
    } catch (UnfitStateException e) {
      return findOut(e);
    }
    int version = instance.module().records().writes();
    StateRecord record =
        new StateRecord(after, mark, version, now, dueAt(next.state, now), content);
    preparedDue = millis(record.dueAt());
    sent = new Put(key, expected, record);
    return sent;
  }

  /**
   * The newest state cannot be stored, and an earlier one may be: writes that once more first, so
   * that nobody is told of an action that is stored that it is not (laws S4 and S7).
   */
  private Put findOut(UnfitStateException unfit) {
    synchronized (instance) {
      Doubt lost = doubt;
      if (lost == null
          || lost.flight.epoch != instance.epoch()
          || !lost.put.expected().equals(revision)) {
        throw unfit;
      }
      flight = lost.flight;
      preparedDue = lost.due;
      sent = lost.put;
      return lost.put;
    }
  }

  /** What to keep of it when the store has not taken it; null if there is nothing, or no form. */
  @Nullable Put rescued() {
    rescuing = true;
    try {
      return prepare() instanceof Put put ? put : null;
    } catch (UnfitStateException e) {
      return null;
    }
  }

  private Flight next() {
    return erasing
        ? new Flight(
            instance.committed(),
            instance.committedHeld(),
            UnknownMembers.NONE,
            instance.epoch(),
            true)
        : new Flight(instance.sequence(), instance.latestHeld(), unknown, instance.epoch(), false);
  }

  /** A change of what is not stored needs no write (law A4): it is as good as committed. */
  private boolean isStoredAlready(Flight next) {
    Object committed;
    synchronized (instance) {
      committed = instance.committedHeld();
    }
    States<S> states = instance.module().states();
    try {
      byte[] before = states.encode(committed);
      if (!instance.module().records().isSame(before, states.encode(next.state))) {
        return false;
      }
    } catch (UnencodableStateException | StackOverflowError e) {
      return false; // The way of every write tells why.
    }
    boolean more;
    Runnable answers;
    synchronized (instance) {
      if (!erasing && next.epoch == instance.epoch()) {
        instance.commit(next.sequence, next.state);
        adopted(next.sequence);
      }
      flight = null;
      answers = answers();
      more = instance.isDirty() || erasing;
    }
    answers.run();
    if (more) {
      changed(instance.module().policy());
    }
    return true;
  }

  private byte[] encode(Flight next, Map<String, ActionIds.Client> ids) {
    byte[] content;
    try {
      RecordCodec.Written written =
          instance
              .module()
              .records()
              .write(instance.module().states().encode(next.state), next.unknown);
      if (!next.unknown.isNone()) {
        synchronized (instance) {
          flight = next.with(written.unknown());
        }
      }
      content = new Envelope(written.json(), ids).encode(instance.module().records().writes());
    } catch (UnencodableStateException | StackOverflowError e) {
      throw unfit("its state cannot be encoded: " + e.getMessage());
    }
    measured(content.length);
    if (content.length > most()) {
      throw unfit(
          "its state has %d bytes, at most %d are allowed".formatted(content.length, most()));
    }
    warn(content.length);
    return content;
  }

  /** What was acknowledged already may be larger than it should (law S7). */
  private long most() {
    long most = rescuing ? Integer.MAX_VALUE : engine.options.maxRecordBytes();
    return instance.module().policy().isCommitted() ? most : 2 * most;
  }

  private UnfitStateException unfit(String reason) {
    synchronized (instance) {
      unfit = true;
    }
    return new UnfitStateException(reason);
  }

  private void measured(int bytes) {
    synchronized (instance) {
      unfit = false;
      share.measured(bytes);
      instance.charge();
    }
  }

  private void warn(int bytes) {
    int most = engine.options.maxRecordBytes();
    if (bytes > most / 2 && !large) {
      engine.reports.onLarge(key, bytes, most);
    }
    large = bytes > most / 2;
  }

  /** Whether a state can be stored, as far as its size and form go. */
  boolean fits(Object state) {
    UnknownMembers with;
    synchronized (instance) {
      with = unknown;
    }
    StateModule<S> module = instance.module();
    try {
      return module.records().write(module.states().encode(state), with).json().length <= most();
    } catch (UnencodableStateException | StackOverflowError e) {
      return false;
    }
  }

  private @Nullable Instant dueAt(Object state, Instant now) {
    Duration lifetime = instance.module().expireAfter();
    if (lifetime != null) {
      return now.plus(lifetime);
    }
    var dueAt = instance.module().dueAt();
    return dueAt == null ? null : dueAt.apply(instance.module().states().show(state));
  }

  private long nonZero() {
    long drawn = engine.random.nextLong();
    return drawn == 0 ? 1 : drawn;
  }

  @Override
  protected List<Companion> companions() {
    List<Adoption> going = List.of();
    List<Companion> along;
    synchronized (instance) {
      Flight prepared = flight;
      if (prepared == null || (adoptions == null && leftovers.isEmpty())) {
        return List.of();
      }
      if (adoptions != null && !prepared.erases) {
        going = adoptions.stream().filter(a -> a.sequence() <= prepared.sequence).toList();
      }
      along = endsOfLeftovers(key);
    }
    for (Adoption adoption : going) {
      along.addAll(adoption.companions(key));
    }
    return along;
  }

  /** What is left under former names goes when the key itself is stored, and not before. */
  private List<Companion> endsOfLeftovers(StateKey stored) {
    Instant now = engine.time.instant();
    WriterMark mark = new WriterMark(writer, instance.committed());
    List<Companion> ends = new ArrayList<>(leftovers.size());
    for (Leftover left : leftovers) {
      ends.add(new Companion(left.tombstone(stored, mark, now), result -> forget(left)));
    }
    return ends;
  }

  /** One that was not removed now has been written meanwhile, and the next load finds it. */
  private void forget(Leftover left) {
    synchronized (instance) {
      leftovers = leftovers.stream().filter(other -> !other.equals(left)).toList();
    }
  }

  /** The end of this record in a batch that adopts it; nothing if it is another one by now. */
  List<Companion> leaving(StateKey adopting, Revision adopted) {
    Instant now = engine.time.instant();
    synchronized (instance) {
      if (!hasRecord || erasing || !revision.equals(adopted)) {
        return List.of();
      }
      StateRecord end =
          StateRecord.tombstone(
              after(),
              new WriterMark(writer, instance.committed()),
              now,
              now.plus(Engine.TOMBSTONE));
      Put put = new Put(key, revision, end, adopting);
      List<Companion> ends = endsOfLeftovers(adopting);
      ends.add(new Companion(put, result -> left(put, result)));
      return ends;
    }
  }

  private void left(Put end, WriteResult result) {
    if (result instanceof Saved saved) {
      synchronized (instance) {
        if (revision.equals(end.expected())) {
          revision = saved.revision();
          hasRecord = false;
        }
      }
    }
  }

  @Override
  protected boolean saved(Revision now) {
    Flight landed = Objects.requireNonNull(flight);
    return stored(now, landed.sequence, landed.state, !landed.erases, preparedDue);
  }

  private boolean stored(Revision now, long upTo, Object state, boolean asRecord, long dueThen) {
    boolean more;
    Runnable answers;
    synchronized (instance) {
      revision = now;
      hasRecord = asRecord;
      isAside = false;
      erasing = erasing && asRecord;
      rejection = null;
      inDoubt = false;
      doubt = null;
      sent = null;
      due = dueThen;
      touching = false;
      adopted(upTo);
      boolean erasedSince = flight != null && flight.erases && asRecord;
      boolean older = upTo < instance.committed(); // A reset since has settled what came after.
      if (flight != null && flight.epoch == instance.epoch() && !erasedSince && !older) {
        instance.commit(upTo, state);
        unknown = flight.unknown;
      }
      flight = null;
      answers = answers();
      more = instance.isDirty() || erasing;
    }
    answers.run();
    return more;
  }

  /** Who waited for what is committed now; with the lock held. To be run without it. */
  private Runnable answers() {
    List<Flush> durable = erasing ? List.of() : takeFlushes(instance.committed());
    Runnable replies = instance.released(); // What is committed is what is shown, at once.
    return () -> {
      durable.forEach(flush -> flush.done.complete(null));
      if (replies != null) {
        engine.replies.add(replies);
      }
    };
  }

  @Override
  protected void failed() {
    // Nothing is known, so nothing changes: see the top of this class.
    synchronized (instance) {
      inDoubt = true;
      if (flight != null && !flight.erases && sent != null) {
        doubt = new Doubt(flight, sent, preparedDue);
      }
    }
  }

  /** Reads the record, in bounded time, and on no thread of the saver's. */
  @Override
  protected CompletableFuture<Boolean> conflicted(Revision actual) {
    return load().thenApplyAsync(found -> resolve(found.own(), actual), engine.executor);
  }

  /** Returns whether there is something to write again. */
  private boolean resolve(Found found, Revision actual) {
    StateRecord record = found.record();
    if (record != null && record.writer().writer() == writer) {
      return storedBefore(record);
    }
    synchronized (instance) {
      // An erase wins over whatever was written meanwhile, and the end of a tombstone says nothing.
      if (erasing || (record == null && !hasRecord)) {
        revision = record == null ? Revision.NONE : record.revision();
        hasRecord = record != null && !record.isTombstone();
        return true;
      }
    }
    engine.reports.onConflict(key, actual);
    return overtaken(found);
  }

  /** An attempt of ours had landed, and its reply was lost. */
  private boolean storedBefore(StateRecord record) {
    long upTo = record.writer().sequence();
    Flight lost = Objects.requireNonNull(flight);
    Object state = lost.state;
    if (upTo != lost.sequence) {
      Restored restored = read(Found.of(record));
      if (restored == null) {
        return false;
      }
      state = restored.state();
      flight = lost.with(restored.unknown());
    }
    return stored(record.revision(), upTo, state, !record.isTombstone(), millis(record.dueAt()));
  }

  /**
   * Another writer was first: the instance goes on from its record (law S4).
   *
   * @return whether there is something to write again
   */
  private boolean overtaken(Found found) {
    Restored restored = read(found);
    if (restored == null) {
      return false;
    }
    Overtaken<S> overtaken;
    List<Flush> broken;
    synchronized (instance) {
      if (erasing) {
        return true;
      }
      overtaken = instance.replacement().replace(restored);
      noteDue(found.record());
      writer = engine.random.nextLong();
      broken = takeFlushes(Long.MAX_VALUE);
    }
    ConflictEvent.report(key.module(), restored.revision(), overtaken);
    instance.replacement().settle(overtaken);
    fail(broken, new ConflictException("Another writer changed " + instance.title() + " first"));
    return false;
  }

  private @Nullable Restored read(Found found) {
    try {
      return Restored.of(instance.module(), found, instance.title());
    } catch (LoadException e) {
      instance.replacement().unload(e);
      return null;
    }
  }

  @Override
  protected boolean rejected(String reason) {
    StateRejectedException error =
        new StateRejectedException("%s cannot be stored: %s".formatted(instance.title(), reason));
    boolean committed = instance.module().policy().isCommitted();
    List<Flush> broken;
    long doubtful;
    synchronized (instance) {
      rejection = committed ? null : reason;
      adoptions = null;
      broken = takeFlushes(Long.MAX_VALUE);
      sent = null;
      doubtful = doubt == null ? 0 : doubt.flight.sequence;
      if (doubt != null) {
        writer = engine.random.nextLong(); // If it has landed, this state does not go on from it.
      }
      doubt = null;
    }
    if (committed) {
      instance.replacement().takeBack(error, doubtful);
    }
    fail(broken, error);
    return !committed;
  }
}
