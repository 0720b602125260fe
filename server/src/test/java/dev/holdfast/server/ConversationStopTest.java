package dev.holdfast.server;

import static dev.holdfast.server.Talks.HELLO;
import static dev.holdfast.server.Talks.SUBSCRIBE;
import static dev.holdfast.server.Talks.conversation;
import static dev.holdfast.server.Talks.increment;
import static dev.holdfast.server.Talks.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import org.junit.jupiter.api.Test;

/** What a conversation does when its server stops, on one thread. */
final class ConversationStopTest {

  private final FakeSessions sessions = new FakeSessions();
  private final FakeSessions.CounterRef counter = sessions.counter;
  private final FakeTransport transport = new FakeTransport();
  private final Conversation conversation = begun(Limits.DEFAULT);

  private Conversation begun(Limits limits) {
    return conversation(
        Talks.desk(sessions, ConnectionPolicy.KICK_OLD, limits, new ManualClock()), transport);
  }

  @Test
  void whatRunsIsAnsweredAndNothingThatArrivesLaterBegins() {
    say(conversation, HELLO, SUBSCRIBE, increment("c.1"));
    transport.taken();
    conversation.goAway();
    say(conversation, increment("c.2"));
    assertThat(transport.closed()).isNull();
    assertThat(counter.unanswered).hasSize(1);
    counter.commit(1);
    counter.acknowledge();
    assertThat(transport.takenTypes()).containsExactly("stateUpdate", "actionResult");
    assertThat(transport.closed()).isEqualTo(CloseCode.GOING_AWAY);
    assertThat(conversation.quiet()).isCompleted();
  }

  @Test
  void whatHasArrivedAndWaitsForItsTurnIsDone() {
    say(conversation, HELLO);
    for (int n = 1; n <= 64 + 5; n++) {
      say(conversation, increment("c." + n));
    }
    transport.taken();
    conversation.goAway();
    for (int n = 0; n < 64 + 5; n++) {
      assertThat(transport.closed()).isNull();
      counter.acknowledge();
    }
    assertThat(transport.takenTypes()).hasSize(64 + 5).containsOnly("actionResult");
    assertThat(transport.closed()).isEqualTo(CloseCode.GOING_AWAY);
    assertThat(conversation.quiet()).isCompleted();
  }

  @Test
  void whatCameTooFastWaitsNoMore() {
    Conversation fast = begun(Limits.DEFAULT.with(Limit.MAX_ACTIONS_PER_SECOND, 2));
    say(fast, HELLO, increment("c.1"), increment("c.2"), increment("c.3"));
    assertThat(counter.unanswered).hasSize(1);
    fast.goAway();
    assertThat(counter.unanswered).hasSize(3);
  }

  @Test
  void aClientThatSaysNothingIsToldAtOnce() {
    conversation.goAway();
    assertThat(transport.closed()).isEqualTo(CloseCode.GOING_AWAY);
    assertThat(conversation.quiet()).isCompleted();
  }

  @Test
  void theWaitingHasAnEnd() {
    say(conversation, HELLO, increment("c.1"));
    conversation.goAway();
    conversation.goAwayNow();
    assertThat(transport.closed()).isEqualTo(CloseCode.GOING_AWAY);
  }
}
