package dev.holdfast;

import dev.holdfast.store.Revision;

/**
 * Tells {@code onCreated} and {@code onActivated} where the state came from.
 *
 * @param isFresh whether there was no record, so that the state is the module's initial one
 * @param revision of the record, {@link Revision#NONE} without one
 * @param fromVersion the schema version that the record was stored with, 0 without one
 * @param cause why the hook runs now
 */
public record RestoreInfo(boolean isFresh, Revision revision, int fromVersion, Cause cause) {

  /** Why a session met an instance. */
  public enum Cause {
    /** The session used the module for the first time. */
    FIRST_USE,
    /** The session's key changed. */
    KEY_CHANGED,
    /** The record of the key that the session was at is gone: the session is at no key now. */
    KEY_GONE,
    /** Nobody in particular: the instance came into memory. */
    ACTIVATED
  }
}
