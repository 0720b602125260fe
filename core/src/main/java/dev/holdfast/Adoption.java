package dev.holdfast;

import dev.holdfast.save.Savable.Companion;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A guest's record on its way out: it goes in the batch that stores the state which has taken the
 * guest's along; neither goes without the other (law K2). So a crash leaves the guest's state in
 * one of the two records, never in both or in none, and of two runtimes one adopts it.
 *
 * @param guest how the guest's record stands in the store
 * @param revision of the guest's record that was adopted
 * @param found what had been found of it in the store by then
 * @param changes the guest's sequence then: past it, the guest has gone on in this runtime
 * @param sequence of the adopting instance: the first that holds the guest's state
 * @param lost whether another writer has changed or ended that record
 */
record Adoption(
    RecordWriter<?> guest,
    Revision revision,
    Revision found,
    long changes,
    long sequence,
    AtomicBoolean lost) {

  Adoption(RecordWriter<?> guest, Revision revision, Revision found, long changes) {
    this(guest, revision, found, changes, Long.MAX_VALUE, new AtomicBoolean());
  }

  /** Whether it is of the same record at the same revision. */
  boolean isSame(@Nullable Adoption other) {
    return other != null && revision.equals(other.revision);
  }

  /** Whether it is of the same record, which only this writer may have changed since. */
  boolean isOf(@Nullable Adoption other) {
    return isSame(other) || (other != null && guest == other.guest && found.equals(other.found));
  }

  /** Whether another writer has changed or ended the record, so that it cannot be adopted so. */
  boolean isLost() {
    return lost.get();
  }

  /** The session whose guest it is. */
  String session() {
    return guest.key().id();
  }

  Adoption at(long newSequence) {
    return new Adoption(guest, revision, found, changes, newSequence, lost);
  }

  /** What goes along with a write of the adopting key; nothing if that record is to be erased. */
  List<Companion> companions(StateKey adopting) {
    return guest.leaving(adopting, this).stream().map(this::watched).toList();
  }

  private Companion watched(Companion end) {
    return new Companion(
        end.entry(),
        result -> {
          if (end.entry().isMutual() && !isDone(end, result)) {
            lost.set(true);
          }
          end.outcome().accept(result);
        });
  }

  /** It is saved, or was left because of the other one. */
  private static boolean isDone(Companion end, WriteResult result) {
    return result instanceof Saved || WriteBatch.left(end.entry()).equals(result);
  }
}
