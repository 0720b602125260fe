package dev.holdfast.local;

import dev.holdfast.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A storage of a user's own, which remembers what it was asked and fails on demand. */
final class TestStorage implements Storage {

  final Map<String, String> items = new ConcurrentHashMap<>();
  final List<String> written = new ArrayList<>();
  volatile @Nullable RuntimeException readFault;
  volatile @Nullable RuntimeException writeFault;

  static RuntimeException broken() {
    return new StoreUnavailableException("The disk is full");
  }

  @Override
  public @Nullable String getItem(String key) {
    RuntimeException fault = readFault;
    if (fault != null) {
      throw fault;
    }
    return items.get(key);
  }

  @Override
  public synchronized void setItem(String key, String value) {
    RuntimeException fault = writeFault;
    if (fault != null) {
      throw fault;
    }
    written.add(value);
    items.put(key, value);
  }

  /** What is there, of something that is there. */
  String text(String key) {
    return Objects.requireNonNull(items.get(key));
  }

  synchronized int writes() {
    return written.size();
  }
}
