package dev.holdfast.test;

import dev.holdfast.store.StateStore;

final class InMemoryStateStoreTest extends StateStoreContract {

  private final StateStore memory = StateStore.inMemory();

  @Override
  protected StateStore open() {
    return memory;
  }
}
