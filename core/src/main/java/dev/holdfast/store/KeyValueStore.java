package dev.holdfast.store;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The three calls that every key-value client has. Keys are ASCII without upper-case letters, so
 * that a backend that ignores case keeps them apart. Exceptions count as "does not answer now".
 */
public interface KeyValueStore {

  /** The value of a key, or null. */
  @Nullable String get(String key);

  /** Stores a value; when this returns it is as durable as the backend makes it. */
  void put(String key, String value);

  /** Removes a key; fine if it is not there. */
  void remove(String key);

  /**
   * Puts one together from functions: {@code KeyValueStore.of(redis::get, redis::set, redis::del)}.
   */
  static KeyValueStore of(
      Function<String, @Nullable String> get,
      BiConsumer<String, String> put,
      Consumer<String> remove) {
    return new KeyValueStore() {
      @Override
      public @Nullable String get(String key) {
        return get.apply(key);
      }

      @Override
      public void put(String key, String value) {
        put.accept(key, value);
      }

      @Override
      public void remove(String key) {
        remove.accept(key);
      }
    };
  }
}
