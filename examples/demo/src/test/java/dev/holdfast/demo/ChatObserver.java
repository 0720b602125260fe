package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Watches the chat over crashes, and holds it to what it has shown: the message at a place, counted
 * from the first ever, is the same for ever, and the total never falls.
 */
final class ChatObserver implements Runnable {

  private final URI uri;
  private final Map<Long, String> seen = new TreeMap<>();
  private @Nullable String token;
  private long total;
  private volatile boolean stopping;

  ChatObserver(URI uri) {
    this.uri = uri;
  }

  void stop() {
    stopping = true;
  }

  /** The texts by their places from 0, as far as they were seen. */
  Map<Long, String> seen() {
    return seen;
  }

  long total() {
    return total;
  }

  @Override
  public void run() {
    while (!stopping) {
      try (TestClient client = TestClient.connect(uri, token, true)) {
        token = client.token();
        watch(client);
      } catch (IOException away) {
        Thread.onSpinWait();
      }
    }
  }

  private void watch(TestClient client) throws IOException {
    record(client.state("Chat"));
    while (!stopping) {
      client.poll(Duration.ofMillis(50));
      record(client.state("Chat"));
    }
  }

  /** Notes what a state shows. */
  void record(JsonNode chat) {
    JsonNode messages = chat.get("messages");
    long nowTotal = chat.get("total").asLong();
    assertThat(nowTotal).as("the total, after %d was shown", total).isGreaterThanOrEqualTo(total);
    long place = nowTotal - messages.size();
    for (JsonNode message : messages) {
      String text = message.get("text").asString();
      String before = seen.putIfAbsent(place, text);
      assertThat(before == null || before.equals(text))
          .as("message %d was %s and is %s", place, before, text)
          .isTrue();
      place++;
    }
    total = nowTotal;
  }
}
