package dev.holdfast.local;

import dev.holdfast.store.StoreUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for an asynchronous storage's answers. A write that is not heard of in time is waited for
 * before the next one of its key begins, so that it cannot land on top of that (law S1). Two of one
 * storage are equal.
 */
final class AwaitedStorage implements Storage {

  private static final long TIMEOUT_SECONDS = 10;

  private final AsyncStorage storage;
  private final ConcurrentHashMap<String, CompletableFuture<?>> writing = new ConcurrentHashMap<>();

  AwaitedStorage(AsyncStorage storage) {
    this.storage = storage;
  }

  @Override
  public @Nullable String getItem(String key) {
    return await(storage.getItem(key).toCompletableFuture(), key);
  }

  @Override
  public void setItem(String key, String value) {
    CompletableFuture<?> last = writing.get(key);
    if (last != null) {
      awaitEnd(last, key);
    }
    CompletableFuture<?> write = storage.setItem(key, value).toCompletableFuture();
    writing.put(key, write);
    var unused = await(write, key);
    writing.remove(key, write);
  }

  /** However it has ended: only that it has matters. */
  private static void awaitEnd(CompletableFuture<?> write, String key) {
    var unused = await(write.handle((done, error) -> done), key);
  }

  private static <T extends @Nullable Object> T await(CompletableFuture<T> answer, String key) {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new StoreUnavailableException(
              "The storage failed for the key \"%s\": %s".formatted(key, e.getCause()),
              e.getCause());
    } catch (TimeoutException e) {
      throw new StoreUnavailableException(
          "The storage did not answer within %d s for the key \"%s\""
              .formatted(TIMEOUT_SECONDS, key),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(
          "Interrupted while waiting for the key \"%s\"".formatted(key), e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AwaitedStorage that && storage.equals(that.storage);
  }

  @Override
  public int hashCode() {
    return storage.hashCode();
  }

  @Override
  public String toString() {
    return storage.toString();
  }
}
