package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import java.nio.file.Path;
import java.util.List;

/**
 * Is told what goes wrong with saving: one call at a time, in order, on a thread of its own, so
 * that it may block (with an executor of the program's, on the thread that it is about: return soon
 * then). At most 1,000 calls wait; more than that is in the log alone. {@code Holdfast.close} waits
 * for those that are left, within its time-out. What it throws is logged and changes nothing.
 */
public interface SaveListener {

  /**
   * A commit failed; its keys stay dirty and are tried again.
   *
   * @param failures how many commits have failed in a row, from 1
   */
  default void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {}

  /** The store answers again after failures. */
  default void onRecovered() {}

  /**
   * A store fails: everything that goes there waits. Told once, until {@link #onStoreRestored}.
   *
   * @param store the name that it has in {@code Holdfast.health()}
   */
  default void onStoreDegraded(String store, RuntimeException error) {}

  /** A store answers again. */
  default void onStoreRestored(String store) {}

  /**
   * A state cannot be saved although its store saves others. It stays to be saved and is tried
   * again, with back-off and by a flush. Told once, until {@link #onRestored}.
   *
   * @param reason for people, without the content
   */
  default void onDegraded(StateKey key, String reason) {}

  /** A state that was degraded is saved, or there is nothing to save any more. */
  default void onRestored(StateKey key) {}

  /** Another writer had changed a record; the live instance was reloaded. */
  default void onConflict(StateKey key, Revision actual) {}

  /**
   * Changes that were acknowledged under {@link SavePolicy#writeBehind} are lost, because another
   * writer had changed the record first. What reducers did was run again on the other record, the
   * newest 1,024 of them; what is counted here are handlers, and reducers before those (law S4).
   */
  default void onLost(StateKey key, long changes) {}

  /** A record cannot be stored as it is: the store rejects it, or it is too large. */
  default void onRejected(StateKey key, String reason) {}

  /**
   * A record that cannot be read was put aside, and its key begins anew. Called from the thread
   * that loads.
   *
   * @param copy where the record is now, as it was
   */
  default void onQuarantined(StateKey key, StateKey copy) {}

  /**
   * A record has grown past half of what is allowed. Told once, until it is smaller again.
   *
   * @param bytes how large its content is
   * @param most {@code maxRecordBytes}
   */
  default void onLarge(StateKey key, int bytes, int most) {}

  /**
   * What could not be saved before closing is in a file, and is offered to the store at the next
   * start.
   */
  default void onRescued(List<StateKey> keys, Path file) {}

  /**
   * A rescued record was not stored, because the store has a newer one or rejects it. It is kept in
   * a file of one record a line, of which nothing is read again; an erase of its key removes it.
   *
   * @param reason for people, without the content
   */
  default void onKeptAside(StateKey key, Path file, String reason) {}

  /** The runtime closed without having saved these keys. */
  default void onUnsaved(List<StateKey> keys) {}
}
