package dev.holdfast.test;

import dev.holdfast.store.KeyValueStore;
import dev.holdfast.store.StateStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

final class KeyValueStateStoreTest extends StateStoreContract {

  private final Map<String, String> values = new ConcurrentHashMap<>();

  @Override
  protected StateStore open() {
    return StateStore.of(KeyValueStore.of(values::get, values::put, values::remove));
  }
}
