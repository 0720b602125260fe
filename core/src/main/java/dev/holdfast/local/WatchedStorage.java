package dev.holdfast.local;

import dev.holdfast.Subscription;

/** Ability of a storage: tells that an item may have been changed, by others or by this process. */
interface WatchedStorage extends Storage {

  /** Calls a task after changes, from a thread of the storage's; it does not block. */
  Subscription watchItem(String key, Runnable task);
}
