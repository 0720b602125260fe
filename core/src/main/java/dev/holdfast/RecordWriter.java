package dev.holdfast;

import dev.holdfast.codec.UnencodableStateException;
import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.Savable;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

  private final Engine engine;
  private final Instance<S> instance;
  private final StateKey key;
  private final StateStore store;
  private final AutoSaver saver;

  private Revision revision = Revision.NONE;
  private boolean hasRecord;
  private int schemaVersion;
  private boolean erasing;

  /** Drawn anew when another writer was first: what is uncommitted then is another's business. */
  private long writer;

  private @Nullable Flight flight;
  private @Nullable List<Flush> flushes;
  private @Nullable String rejection;

  /**
   * A write on its way.
   *
   * @param epoch the instance's when it was prepared: if that has changed, the live state does not
   *     stem from this write, and only its revision counts
   */
  private record Flight(long sequence, Object state, int epoch, boolean erases) {}

  private record Flush(long sequence, CompletableFuture<Void> done) {}

  RecordWriter(
      Engine engine, Instance<S> instance, StateKey key, StateStore store, AutoSaver saver) {
    this.engine = engine;
    this.instance = instance;
    this.key = key;
    this.store = store;
    this.saver = saver;
    this.writer = engine.random.nextLong();
  }

  @Override
  protected StateKey key() {
    return key;
  }

  CompletableFuture<Optional<StateRecord>> load() {
    return new Load(engine, store, key, instance.title()).start();
  }

  void changed(SavePolicy policy) {
    saver.changed(this, policy);
  }

  // With the instance's lock held

  boolean hasRecord() {
    return hasRecord;
  }

  boolean isErasing() {
    return erasing;
  }

  /** Why the newest state is not saved, or null. */
  @Nullable String rejection() {
    return rejection;
  }

  RestoreInfo info(RestoreInfo.Cause cause) {
    return new RestoreInfo(!hasRecord, hasRecord ? revision : Revision.NONE, schemaVersion, cause);
  }

  /** Goes on from a record. */
  void accept(Restored restored) {
    revision = restored.revision();
    hasRecord = restored.isRecord();
    schemaVersion = restored.schemaVersion();
    erasing = false;
  }

  void beginErasing() {
    erasing = true;
  }

  // From here on this takes the lock itself

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
    changed(SavePolicy.committed()); // Also one that was rejected.

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
    synchronized (instance) {
      if (!instance.isDirty() && !erasing) {
        return null;
      }
      next =
          erasing
              ? new Flight(instance.committed(), instance.committedHeld(), instance.epoch(), true)
              : new Flight(instance.sequence(), instance.latestHeld(), instance.epoch(), false);
      flight = next;
      expected = revision;
      after = hasRecord ? expected.next() : Revision.first(nonZero());
      ids = instance.ids(now);
    }
    WriterMark mark = new WriterMark(writer, next.sequence);
    if (next.erases) {
      return new Put(
          key, expected, StateRecord.tombstone(after, mark, now, now.plus(Engine.TOMBSTONE)));
    }
    byte[] content = encode(next.state, ids);
    return content == null
        ? null
        : new Put(key, expected, new StateRecord(after, mark, 1, now, dueAt(next.state), content));
  }

  private byte @Nullable [] encode(Object state, Map<String, ActionIds.Client> ids) {
    int most = engine.options.maxRecordBytes();
    try {
      byte[] content = new Envelope(instance.module().states().encode(state), ids).encode();
      if (content.length <= most) {
        return content;
      }
      refused("its state has %d bytes, at most %d are allowed".formatted(content.length, most));
    } catch (UnencodableStateException | StackOverflowError e) {
      refused("its state cannot be encoded: " + e.getMessage());
    }
    return null;
  }

  private @Nullable Instant dueAt(Object state) {
    var dueAt = instance.module().dueAt();
    return dueAt == null ? null : dueAt.apply(instance.module().states().show(state));
  }

  private long nonZero() {
    long drawn = engine.random.nextLong();
    return drawn == 0 ? 1 : drawn;
  }

  @Override
  protected boolean saved(Revision now) {
    Flight landed = Objects.requireNonNull(flight);
    return stored(now, landed.sequence, landed.state, !landed.erases);
  }

  private boolean stored(Revision now, long upTo, Object state, boolean asRecord) {
    List<Flush> durable;
    boolean more;
    Runnable replies;
    synchronized (instance) {
      revision = now;
      hasRecord = asRecord;
      erasing = erasing && asRecord;
      rejection = null;
      boolean erasedSince = flight != null && flight.erases && asRecord;
      if (flight != null && flight.epoch == instance.epoch() && !erasedSince) {
        instance.commit(upTo, state);
      }
      flight = null;
      durable = erasing ? List.of() : takeFlushes(instance.committed());
      more = instance.isDirty() || erasing;
      replies = instance.released(); // What is committed is what is shown, at once.
    }
    durable.forEach(flush -> flush.done.complete(null));
    if (replies != null) {
      engine.replies.add(replies);
    }
    return more;
  }

  @Override
  protected void failed() {
    // Nothing is known, so nothing changes: see the top of this class.
  }

  @Override
  protected boolean conflicted(Revision actual) {
    StateRecord record = store.load(key).orElse(null);
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
    return overtaken(record);
  }

  /** An attempt of ours had landed, and its reply was lost. */
  private boolean storedBefore(StateRecord record) {
    long upTo = record.writer().sequence();
    Flight lost = Objects.requireNonNull(flight);
    Object state = lost.state;
    if (upTo != lost.sequence) {
      Restored restored = read(record);
      if (restored == null) {
        return false;
      }
      state = restored.state();
    }
    return stored(record.revision(), upTo, state, !record.isTombstone());
  }

  /**
   * Another writer was first: the instance goes on from its record (law S4).
   *
   * @return whether there is something to write again
   */
  private boolean overtaken(@Nullable StateRecord record) {
    Restored restored = read(record);
    if (restored == null) {
      return false;
    }
    Instance.Overtaken<S> overtaken;
    List<Flush> broken;
    synchronized (instance) {
      if (erasing) {
        return true;
      }
      overtaken = instance.replace(restored);
      writer = engine.random.nextLong();
      broken = takeFlushes(Long.MAX_VALUE);
    }
    instance.settle(overtaken);
    fail(broken, new ConflictException("Another writer changed " + instance.title() + " first"));
    return false;
  }

  private @Nullable Restored read(@Nullable StateRecord record) {
    try {
      return Restored.of(instance.module(), record, instance.title());
    } catch (LoadException e) {
      instance.unload(e);
      return null;
    }
  }

  /** The store was not even asked. */
  private void refused(String reason) {
    rejected(reason);
    engine.reports.onRejected(key, reason);
  }

  @Override
  protected void rejected(String reason) {
    StateRejectedException error =
        new StateRejectedException("%s cannot be stored: %s".formatted(instance.title(), reason));
    boolean committed = instance.module().policy().isCommitted();
    List<Flush> broken;
    synchronized (instance) {
      rejection = committed ? null : reason;
      broken = takeFlushes(Long.MAX_VALUE);
    }
    if (committed) {
      instance.takeBack(error);
    }
    fail(broken, error);
  }
}
