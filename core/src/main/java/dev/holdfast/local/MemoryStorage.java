package dev.holdfast.local;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A map. */
final class MemoryStorage implements Storage {

  private final ConcurrentHashMap<String, String> items = new ConcurrentHashMap<>();

  @Override
  public @Nullable String getItem(String key) {
    return items.get(key);
  }

  @Override
  public void setItem(String key, String value) {
    items.put(key, value);
  }

  @Override
  public String toString() {
    return "memory";
  }
}
