package dev.holdfast.local;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An asynchronous storage whose answers a test gives. */
final class TestAsyncStorage implements AsyncStorage {

  /** A request that waits for its answer. */
  record Request(String key, @Nullable String value, CompletableFuture<@Nullable String> answer) {}

  final Map<String, String> items = new ConcurrentHashMap<>();
  private final BlockingQueue<Request> reads = new LinkedBlockingQueue<>();
  private final BlockingQueue<Request> writes = new LinkedBlockingQueue<>();
  private volatile boolean byHand;

  /** From now on the test answers. */
  TestAsyncStorage byHand() {
    byHand = true;
    return this;
  }

  void byItself() {
    byHand = false;
  }

  @Override
  public CompletionStage<@Nullable String> getItem(String key) {
    Request request = new Request(key, null, new CompletableFuture<>());
    if (byHand) {
      reads.add(request);
    } else {
      answer(request);
    }
    return request.answer();
  }

  @Override
  public CompletionStage<?> setItem(String key, String value) {
    Request request = new Request(key, value, new CompletableFuture<>());
    if (byHand) {
      writes.add(request);
    } else {
      answer(request);
    }
    return request.answer();
  }

  /** Does what is asked. */
  void answer(Request request) {
    if (request.value() != null) {
      items.put(request.key(), request.value());
    }
    request.answer().complete(items.get(request.key()));
  }

  Request read() {
    return next(reads);
  }

  Request write() {
    return next(writes);
  }

  boolean hasWrite() {
    return !writes.isEmpty();
  }

  private static Request next(BlockingQueue<Request> requests) {
    try {
      Request request = requests.poll(10, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("Nothing was asked for within 10 s");
      }
      return request;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
