package dev.holdfast.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** The conversations that are not over. Safe for many threads. */
final class OpenConnections {

  /** For clients to answer the close frame, or to be cut off. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();
  private final InFlight requests = new InFlight();
  private volatile boolean closing;

  void add(Conversation conversation) {
    conversations.add(conversation);
    var unused = conversation.over().thenRun(() -> conversations.remove(conversation));
    if (closing) {
      conversation.goAway();
    }
  }

  /** The plain HTTP requests that are being answered. */
  InFlight requests() {
    return requests;
  }

  int count() {
    return conversations.size();
  }

  void forEach(Consumer<Conversation> task) {
    conversations.forEach(task);
  }

  /**
   * Ends all of them: begins nothing new, waits for the actions that run, says goodbye, and waits
   * until they have let go of their sessions.
   *
   * @param patience for the actions
   */
  void close(Duration patience) {
    closing = true;
    conversations.forEach(Conversation::goAway);
    CompletableFuture<Void> quiet =
        CompletableFuture.allOf(all(Conversation::quiet), requests.stop());
    await(quiet, patience);
    conversations.forEach(Conversation::goAwayNow);
    await(all(Conversation::over), FAREWELL);
  }

  private CompletableFuture<Void> all(Function<Conversation, CompletableFuture<Void>> end) {
    return CompletableFuture.allOf(
        conversations.stream().map(end).toArray(CompletableFuture<?>[]::new));
  }

  private static void await(CompletableFuture<Void> all, Duration patience) {
    all.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
