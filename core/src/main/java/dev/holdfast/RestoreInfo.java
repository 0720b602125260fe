package dev.holdfast;

import dev.holdfast.store.Revision;

/**
 * Tells {@code onCreated} where the state came from.
 *
 * @param isFresh whether there was no record, so that the state is the module's initial one
 * @param revision of the record, {@link Revision#NONE} without one
 * @param fromVersion the schema version that the record was stored with, 0 without one
 * @param cause why the session met this instance now
 */
public record RestoreInfo(boolean isFresh, Revision revision, int fromVersion, Cause cause) {

  /** Why a session met an instance. */
  public enum Cause {
    /** The session used the module for the first time. */
    FIRST_USE,
    /** The session's key changed. */
    KEY_CHANGED
  }
}
