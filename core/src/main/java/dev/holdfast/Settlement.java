package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What it means that a key has another revision than a write went on from. With the writer's own
 * mark, an attempt had landed whose reply was lost, and the mark's sequence tells what is stored
 * already. Before an erase, it means nothing. Else another writer was first, and the instance goes
 * on from that one's record (law S4).
 *
 * <p>Has nothing of its own to guard. It runs on the executor, and the saver asks nothing of the
 * key meanwhile; what it changes, it changes under the instance's lock, and it reports, answers and
 * fails without that.
 *
 * @param found what the key itself has now
 * @param actual the revision that the store has named
 */
record Settlement<S>(
    Engine engine, Instance<S> instance, RecordWriter<S> record, Found found, Revision actual) {

  /** Returns whether there is something to write again. */
  boolean settle() {
    StateRecord stored = found.record();
    if (!isHeldBack()) { // Else the key has what it had, which may be this writer's own.
      if (stored != null && record.standing().isOwn(stored)) {
        return storedBefore(stored);
      }
      if (goesOnAnyway(stored)) {
        return true;
      }
    }
    engine.reports.onConflict(record.key(), actual);
    return overtaken();
  }

  /**
   * Whether the key is as it was, and a guest's record is not: the adoption runs again, and fails
   * there (law K2).
   */
  private boolean isHeldBack() {
    synchronized (instance) {
      boolean heldBack =
          record.hasLostGuest() && found.revision().equals(record.standing().revision());
      if (heldBack) {
        record.doubt().close(); // An earlier write has not landed: its end was the same.
      }
      return heldBack;
    }
  }

  /** The same for a rejection, while it is not known what an earlier write has become. */
  boolean findOut() {
    synchronized (instance) {
      if (found.revision().equals(record.standing().revision())) {
        record.doubt().close(); // It has not landed, and cannot any more: it was tried since.
        return true;
      }
    }
    return settle();
  }

  /** An attempt of ours had landed, and its reply was lost. */
  private boolean storedBefore(StateRecord stored) {
    Flight landed = record.flight();
    long upTo = stored.writer().sequence();
    if (upTo != landed.sequence()) {
      Restored restored = read(Found.of(stored));
      if (restored == null) {
        return false;
      }
      landed = landed.earlier(upTo, restored);
    }
    return record.stored(stored.revision(), landed, stored);
  }

  /**
   * An erase mostly wins over whatever was written meanwhile, and the end of a tombstone says
   * nothing: then the next write goes on from what the key has.
   */
  private boolean goesOnAnyway(@Nullable StateRecord stored) {
    synchronized (instance) {
      if (!record.erasure().winsOver(stored) && (stored != null || record.hasRecord())) {
        return false;
      }
      record.standing().follow(stored);
      return true;
    }
  }

  /** Another writer was first: its record is the instance's now. */
  private boolean overtaken() {
    Restored restored = read(found);
    if (restored == null) {
      return false;
    }
    Overtaken<S> overtaken;
    List<CompletableFuture<Void>> broken;
    synchronized (instance) {
      if (record.isErasing()) {
        return true;
      }
      overtaken = instance.replacement().replace(restored, record.doubt().about(restored));
      record.lifetime().note(found.record());
      record.standing().drawWriter();
      broken = record.flushes().takeAll();
    }
    ConflictEvent.report(record.key().module(), restored.revision(), overtaken);
    instance.replacement().settle(overtaken);
    Flushes.fail(
        broken, new ConflictException("Another writer changed " + instance.title() + " first"));
    return false;
  }

  /** Null if it cannot be read: the instance has left memory, and who waits is told. */
  private @Nullable Restored read(Found there) {
    try {
      return Restored.of(instance.module(), there, instance.title());
    } catch (LoadException e) {
      synchronized (instance) {
        record.lifetime().stopTouching();
      }
      instance.replacement().unload(e);
      return null;
    }
  }
}
