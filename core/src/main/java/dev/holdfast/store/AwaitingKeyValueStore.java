package dev.holdfast.store;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for an asynchronous client's answers. */
final class AwaitingKeyValueStore implements KeyValueStore {

  private static final long TIMEOUT_SECONDS = 10;

  private final AsyncKeyValueStore client;

  AwaitingKeyValueStore(AsyncKeyValueStore client) {
    this.client = client;
  }

  @Override
  public @Nullable String get(String key) {
    return await(client.get(key));
  }

  @Override
  public void put(String key, String value) {
    await(client.put(key, value));
  }

  @Override
  public void remove(String key) {
    await(client.remove(key));
  }

  private static <T extends @Nullable Object> T await(CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (TimeoutException e) {
      throw new StoreUnavailableException(
          "The key-value client did not answer within %d s".formatted(TIMEOUT_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("Interrupted while waiting for the key-value client", e);
    }
  }
}
