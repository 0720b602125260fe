package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import java.util.List;

/**
 * Is told what goes wrong with saving. Called from the saver's thread, outside locks: return soon.
 * What it throws is logged and changes nothing.
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

  /** Another writer had changed a record; the live instance was reloaded. */
  default void onConflict(StateKey key, Revision actual) {}

  /** A record cannot be stored as it is. */
  default void onRejected(StateKey key, String reason) {}

  /** The runtime closed without having saved these keys. */
  default void onUnsaved(List<StateKey> keys) {}
}
