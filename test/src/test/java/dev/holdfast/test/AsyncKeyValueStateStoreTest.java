package dev.holdfast.test;

import static java.util.concurrent.CompletableFuture.runAsync;
import static java.util.concurrent.CompletableFuture.supplyAsync;

import dev.holdfast.store.AsyncKeyValueStore;
import dev.holdfast.store.StateStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

final class AsyncKeyValueStateStoreTest extends StateStoreContract {

  private final Map<String, String> values = new ConcurrentHashMap<>();

  @Override
  protected StateStore open() {
    return StateStore.of(
        AsyncKeyValueStore.of(
            key -> supplyAsync(() -> values.get(key)),
            (key, value) -> runAsync(() -> values.put(key, value)),
            key -> runAsync(() -> values.remove(key))));
  }
}
