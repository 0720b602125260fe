package dev.holdfast.test;

import dev.holdfast.store.StateStore;

/** A faulty store without a script is a store like any other. */
final class FaultyStateStoreContractTest extends StateStoreContract {

  private final FaultyStateStore faulty = FaultyStateStore.around(StateStore.inMemory());

  @Override
  protected StateStore open() {
    return faulty;
  }
}
