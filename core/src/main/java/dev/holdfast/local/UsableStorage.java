package dev.holdfast.local;

/** Ability of a storage: finds out beforehand whether it can be used at all. */
interface UsableStorage extends Storage {

  /**
   * Finds out.
   *
   * @throws dev.holdfast.store.StateStoreException if it cannot, naming the place
   */
  void check();
}
