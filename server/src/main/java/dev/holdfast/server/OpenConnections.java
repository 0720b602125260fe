package dev.holdfast.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The conversations that are not over. Safe for many threads. */
final class OpenConnections {

  private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  void add(Conversation conversation) {
    conversations.add(conversation);
    var unused = conversation.over().thenRun(() -> conversations.remove(conversation));
    if (closing) {
      conversation.goAway();
    }
  }

  int count() {
    return conversations.size();
  }

  /** Ends all of them and waits until they have let go of their sessions, or the time is over. */
  void close(Duration patience) {
    closing = true;
    conversations.forEach(Conversation::goAway);
    CompletableFuture<?>[] all =
        conversations.stream().map(Conversation::over).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(all)
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
