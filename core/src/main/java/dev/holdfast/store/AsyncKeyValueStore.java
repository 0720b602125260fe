package dev.holdfast.store;

import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A {@link KeyValueStore} whose client answers later. */
public interface AsyncKeyValueStore {

  /** The value of a key, or null. */
  CompletionStage<@Nullable String> get(String key);

  /** Stores a value; complete when it is as durable as the backend makes it. */
  CompletionStage<?> put(String key, String value);

  /** Removes a key; fine if it is not there. */
  CompletionStage<?> remove(String key);

  /** Puts one together from functions. */
  static AsyncKeyValueStore of(
      Function<String, ? extends CompletionStage<@Nullable String>> get,
      BiFunction<String, String, ? extends CompletionStage<?>> put,
      Function<String, ? extends CompletionStage<?>> remove) {
    return new AsyncKeyValueStore() {
      @Override
      public CompletionStage<@Nullable String> get(String key) {
        return get.apply(key).thenApply(value -> value);
      }

      @Override
      public CompletionStage<?> put(String key, String value) {
        return put.apply(key, value);
      }

      @Override
      public CompletionStage<?> remove(String key) {
        return remove.apply(key);
      }
    };
  }
}
