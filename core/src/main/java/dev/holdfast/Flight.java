package dev.holdfast;

import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.store.Revision;
import dev.holdfast.store.WriteBatch.Put;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A write on its way.
 *
 * @param sequence that it covers
 * @param state as it is held
 * @param unknown what the record has beside it that the program does not know
 * @param epoch the instance's when it was prepared: if that has changed, the live state does not
 *     stem from this write, and only its revision counts
 * @param erases whether it takes the record away
 * @param put what the store gets; null while that is being made, and when it has not landed
 */
record Flight(
    long sequence,
    Object state,
    UnknownMembers unknown,
    int epoch,
    boolean erases,
    @Nullable Put put) {

  /** Of the newest state; with the instance's lock held. */
  static Flight of(Instance<?> instance, UnknownMembers unknown) {
    return new Flight(
        instance.sequence(), instance.latestHeld(), unknown, instance.epoch(), false, null);
  }

  /** Of an end of the record; with the instance's lock held. */
  static Flight erasing(Instance<?> instance) {
    return new Flight(
        instance.committed(),
        instance.committedHeld(),
        UnknownMembers.NONE,
        instance.epoch(),
        true,
        null);
  }

  Flight with(UnknownMembers written, Put entry) {
    return new Flight(sequence, state, written, epoch, erases, entry);
  }

  Flight with(Put entry) {
    return with(unknown, entry);
  }

  /** The same once it is known not to have landed. */
  Flight refused() {
    return new Flight(sequence, state, unknown, epoch, erases, null);
  }

  /** What the store gets, once that is made. */
  Put entry() {
    return Objects.requireNonNull(put);
  }

  /** An earlier write of the same writer, found in the store under this one's revision. */
  Flight earlier(long upTo, Restored stored) {
    return new Flight(upTo, stored.state(), stored.unknown(), epoch, erases, put);
  }

  /** Whether it goes on from where the instance and its record are. */
  boolean isOn(int epochNow, Revision revision) {
    return put != null && epoch == epochNow && put.expected().equals(revision);
  }
}
