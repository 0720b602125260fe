package dev.holdfast;

import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a key stands in the store, as far as its instance knows: the revision that the next write
 * goes on from, whether a record has it, and the mark of who writes. Belongs to the instance's
 * lock; only the outcomes of companions take that themselves.
 */
final class Standing {

  private final StateKey key;
  private final Instance<?> instance;
  private final RandomGenerator random;

  private Revision revision = Revision.NONE;

  /** What was last found in the store; what came since was written here. */
  private Revision found = Revision.NONE;

  private boolean hasRecord;
  private int schemaVersion;

  /** Whether the key's record cannot be read, and is aside. */
  private boolean isAside;

  /** What the record has that the program does not know; it goes with the record. */
  private UnknownMembers unknown = UnknownMembers.NONE;

  /** Drawn anew when another writer was first: what is uncommitted then is another's business. */
  private long writer;

  /** What is left under former names; null for nothing. */
  private @Nullable Leftovers leftovers;

  Standing(StateKey key, Instance<?> instance, RandomGenerator random) {
    this.key = key;
    this.instance = instance;
    this.random = random;
    this.writer = random.nextLong();
  }

  Revision revision() {
    return revision;
  }

  boolean hasRecord() {
    return hasRecord;
  }

  UnknownMembers unknown() {
    return unknown;
  }

  /** What goes, or stays, with the state that is committed now. */
  void keep(UnknownMembers members) {
    unknown = members;
  }

  /** Whether there is something that an erase must take away. */
  boolean hasSomething() {
    return hasRecord || isAside;
  }

  /** Which life of the record this is; 0 while there is none. */
  long life() {
    return hasRecord ? origin().incarnation() : 0;
  }

  /** Whether what was loaded goes on with what is here: the same life, or the first. */
  boolean isContinuedBy(Restored other) {
    return other.isRecord() && (!hasRecord || other.revision().incarnation() == life());
  }

  RestoreInfo info(RestoreInfo.Cause cause) {
    return new RestoreInfo(!hasRecord, hasRecord ? origin() : Revision.NONE, schemaVersion, cause);
  }

  /** A record under a former name goes on living. */
  private Revision origin() {
    return leftovers == null ? revision : leftovers.origin(revision);
  }

  /** Goes on from what was loaded. */
  void accept(Restored restored) {
    revision = restored.revision();
    found = revision;
    hasRecord = restored.isRecord();
    schemaVersion = restored.schemaVersion();
    leftovers = Leftovers.of(restored.leftovers());
    isAside = restored.isAside();
    unknown = restored.unknown();
  }

  /** The record as it would be adopted now; null if there is none. */
  @Nullable Adoption adoption(RecordWriter<?> guest) {
    return hasRecord ? new Adoption(guest, revision, found, instance.sequence()) : null;
  }

  /** A write of this writer's is in the store. */
  void stored(Revision now, boolean asRecord) {
    revision = now;
    hasRecord = asRecord;
    isAside = false;
  }

  /** The next write is the end of this life and the beginning of another one, of other actions. */
  void beginAnew() {
    hasRecord = false;
    drawWriter();
  }

  /** The next write goes on from another record, or from nothing. */
  void follow(@Nullable StateRecord record) {
    revision = record == null ? Revision.NONE : record.revision();
    found = revision;
    hasRecord = record != null && !record.isTombstone();
  }

  /** Whether a record was written here, by an attempt that may be given up by now. */
  boolean isOwn(StateRecord record) {
    return record.writer().writer() == writer;
  }

  void drawWriter() {
    writer = random.nextLong();
  }

  /** The next write, of everything up to a sequence. */
  Step next(long sequence, Instant now) {
    return new Step(key, revision, after(), new WriterMark(writer, sequence), now);
  }

  private Revision after() {
    Revision origin = origin();
    return hasRecord && !origin.isNone() ? origin.next() : Revision.first(nonZero());
  }

  private long nonZero() {
    long drawn = random.nextLong();
    return drawn == 0 ? 1 : drawn;
  }

  /** Whether there are records under former names. */
  boolean hasLeftovers() {
    return leftovers != null && !leftovers.isEmpty();
  }

  /** What goes with a write of the key: a list to add to. */
  List<Companion> ends(Instant now) {
    return ends(key, now);
  }

  private List<Companion> ends(StateKey stored, Instant now) {
    return leftovers == null
        ? new ArrayList<>(0)
        : leftovers.ends(stored, new WriterMark(writer, instance.committed()), now, instance);
  }

  /**
   * The end of this record in a batch that adopts it, as it was then. If another writer has changed
   * it, or the session has been back here and has gone on, the end conflicts, and nothing is
   * adopted.
   */
  List<Companion> leaving(StateKey adopting, Adoption adoption, Instant now) {
    Revision adopted = adoption.revision();
    boolean onlyTouched =
        found.equals(adoption.found()) && instance.committed() == adoption.changes();
    boolean same = hasRecord && (revision.equals(adopted) || onlyTouched);
    Step step = next(instance.committed(), now);
    Put end = (same ? step : step.between(adopted, beyond(adopted))).end(adopting);
    List<Companion> ends = same ? ends(adopting, now) : new ArrayList<>(1);
    ends.add(new Companion(end, result -> left(end, adoption.changes(), result)));
    return ends;
  }

  private Revision beyond(Revision adopted) {
    return adopted.isNone() ? Revision.first(nonZero()) : adopted.next();
  }

  /** What the session has done here since then conflicts, and runs again on nothing. */
  private void left(Put end, long changes, WriteResult result) {
    if (result instanceof Saved saved) {
      synchronized (instance) {
        if (!revision.equals(end.expected())) {
          return;
        }
        if (instance.sequence() == changes) {
          revision = saved.revision();
          hasRecord = false;
        } else {
          drawWriter(); // The end is not this writer's, whatever it has covered.
        }
      }
    }
  }
}
