package dev.holdfast.server;

import static dev.holdfast.server.Talks.HELLO;
import static dev.holdfast.server.Talks.SUBSCRIBE;
import static dev.holdfast.server.Talks.conversation;
import static dev.holdfast.server.Talks.increment;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The protocol on one thread: every task of a mailbox runs as soon as it is posted. */
final class ConversationTest {

  private static final String RESUME = "{\"type\":\"hello\",\"sessionId\":\"token-0\"}";

  private final FakeSessions sessions = new FakeSessions();
  private final FakeSessions.CounterRef counter = sessions.counter;
  private final Limits limits = Limits.DEFAULT.with(Limit.MAX_QUEUED_FRAMES, 8);
  private final ManualClock clock = new ManualClock();
  private final Desk desk = desk(ConnectionPolicy.KICK_OLD);
  private final FakeTransport transport = new FakeTransport();
  private final Conversation conversation = conversation(desk, transport);

  @Test
  void helloIsAnsweredBySessionAndState() {
    say(HELLO);
    List<JsonNode> sent = transport.taken();
    assertThat(sent.get(0).toString())
        .isEqualTo(
            "{\"type\":\"sessionAck\",\"sessionId\":\"token-0\",\"isNew\":true,\"isRestored\":false}");
    assertThat(sent.get(1).toString())
        .isEqualTo(
            "{\"type\":\"initialTree\",\"module\":\"Counter\",\"patches\":[],\"revision\":0,"
                + "\"state\":{\"count\":0}}");
  }

  @Test
  void anActionsStateComesBeforeItsResult() {
    say(HELLO, SUBSCRIBE, increment("c.1"));
    transport.taken();
    counter.commit(1);
    counter.acknowledge();
    assertThat(transport.takenTypes()).containsExactly("stateUpdate", "actionResult");
  }

  @Test
  void nothingIsSentBeforeTheAcknowledgement() {
    say(HELLO, SUBSCRIBE, increment("c.1"));
    assertThat(transport.takenTypes()).containsExactly("sessionAck", "initialTree");
  }

  @Test
  void actionsAreDispatchedWithoutWaitingForTheOneBefore() {
    say(HELLO, increment("c.1"), increment("c.2"), increment("c.3"));
    assertThat(counter.unanswered).hasSize(3);
  }

  @Test
  void anActionWithoutAnIdIsAnsweredOnlyWhenItFails() {
    say(HELLO, "{\"type\":\"dispatchAction\",\"module\":\"\",\"action\":\"increment\"}");
    say("{\"type\":\"dispatchAction\",\"module\":\"\",\"action\":\"increment\"}");
    transport.taken();
    counter.acknowledge();
    assertThat(transport.taken()).isEmpty();
    counter.unanswered.removeFirst().completeExceptionally(new IllegalStateException("secret"));
    assertThat(transport.taken())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.get("type").stringValue()).isEqualTo("error");
              assertThat(error.get("code").stringValue()).isEqualTo("internal");
              assertThat(error.get("action").stringValue()).isEqualTo("increment");
              assertThat(error.toString()).doesNotContain("secret");
            });
  }

  @Test
  void moreThan64UnansweredActionsWaitTheirTurn() {
    say(HELLO);
    for (int n = 1; n <= 70; n++) {
      say(increment("c." + n));
    }
    assertThat(counter.unanswered).hasSize(64);
    counter.acknowledge();
    counter.acknowledge();
    assertThat(counter.unanswered).hasSize(64);
    transport.taken();
    for (int n = 0; n < 68; n++) {
      counter.acknowledge();
    }
    assertThat(transport.takenTypes()).hasSize(68).containsOnly("actionResult");
  }

  @Test
  void aClientWhoseMessagesWaitIsNotReadFrom() {
    say(HELLO);
    for (int n = 1; n <= 64 + 8; n++) {
      say(increment("c." + n));
    }
    assertThat(transport.isReading()).isFalse();
    for (int n = 0; n < 8; n++) {
      counter.acknowledge();
    }
    assertThat(transport.isReading()).isTrue();
  }

  @Test
  void aClientThatDoesNotKeepUpIsOwedOnlyTheNewestState() {
    say(HELLO, SUBSCRIBE);
    transport.taken();
    transport.writable(false);
    counter.commit(1);
    counter.commit(2);
    counter.commit(3);
    assertThat(transport.taken()).isEmpty();
    transport.writable(true);
    conversation.writable();
    List<JsonNode> sent = transport.taken();
    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst().get("state").get("count").intValue()).isEqualTo(3);
    assertThat(sent.getFirst().get("revision").longValue()).isEqualTo(1);
  }

  @Test
  void anAnswerWaitsForTheStateThatAClientWhoDoesNotKeepUpIsOwed() {
    say(HELLO, SUBSCRIBE, increment("c.1"));
    transport.taken();
    transport.writable(false);
    counter.commit(1);
    counter.acknowledge();
    assertThat(transport.taken()).isEmpty();
    transport.writable(true);
    conversation.writable();
    assertThat(transport.takenTypes()).containsExactly("stateUpdate", "actionResult");
  }

  @Test
  void answersThatWaitAreAmongTheUnansweredActionsOfAClient() {
    say(HELLO, SUBSCRIBE);
    transport.writable(false);
    for (int n = 1; n <= 70; n++) {
      say(increment("c." + n));
    }
    counter.commit(1);
    for (int n = 0; n < 64; n++) {
      counter.acknowledge();
    }
    assertThat(counter.unanswered).isEmpty();
    transport.taken();
    transport.writable(true);
    conversation.writable();
    assertThat(counter.unanswered).hasSize(6);
    assertThat(transport.takenTypes()).hasSize(65).startsWith("stateUpdate");
  }

  @Test
  void aClientThatComesBackWaitsForTheCommitInFlightButNotForLong() {
    say(HELLO);
    List<Duration> waits = new ArrayList<>();
    counter.onFlush(waits::add);
    FakeTransport second = new FakeTransport();
    say(conversation(desk, second), RESUME);
    assertThat(second.takenTypes()).containsExactly("sessionAck", "initialTree");
    assertThat(waits)
        .singleElement()
        .satisfies(within -> assertThat(within).isBetween(ofMillis(1), ofSeconds(5)));
  }

  @Test
  void aSubscriptionThatCannotBeEndedDoesNotKeepTheSession() {
    say(HELLO, SUBSCRIBE);
    counter.onUnsubscribe(
        () -> {
          throw new IllegalStateException("cannot be ended");
        });
    conversation.closed();
    assertThat(sessions.connected()).isZero();
    assertThat(conversation.over()).isCompleted();
  }

  @Test
  void aStateThatIsShownAlreadyIsNotSentAgain() {
    say(HELLO, SUBSCRIBE, SUBSCRIBE);
    transport.taken();
    counter.commit(0);
    assertThat(transport.taken()).isEmpty();
    assertThat(counter.listeners).hasSize(1);
  }

  @Test
  void changesBetweenTheFirstStateAndTheSubscriptionAreNotMissed() {
    say(HELLO);
    counter.commit(5);
    transport.taken();
    say(SUBSCRIBE);
    assertThat(transport.taken())
        .singleElement()
        .satisfies(update -> assertThat(update.get("revision").longValue()).isEqualTo(1));
  }

  @Test
  void withoutASubscriptionChangesAreNotSent() {
    say(HELLO);
    transport.taken();
    counter.commit(1);
    assertThat(transport.taken()).isEmpty();
  }

  @Test
  void theOldConnectionIsToldBeforeTheNewOneIsAcknowledged() {
    say(HELLO);
    transport.taken();
    FakeTransport second = new FakeTransport();
    say(conversation(desk, second), RESUME);
    assertThat(transport.takenTypes()).containsExactly("sessionExpired");
    assertThat(transport.closed()).isEqualTo(CloseCode.NORMAL);
    assertThat(second.takenTypes()).containsExactly("sessionAck", "initialTree");
  }

  @Test
  @DisplayName("hazard 29, N3: what a replaced client sends late changes nothing")
  void whatAKickedClientSendsLateChangesNothing() {
    say(HELLO, SUBSCRIBE, increment("c.1"));
    say(conversation(desk, new FakeTransport()), RESUME);
    transport.taken();
    say(increment("c.2"));
    counter.commit(1);
    counter.acknowledge();
    assertThat(counter.unanswered).isEmpty();
    assertThat(transport.taken()).isEmpty();
  }

  @Test
  void aKickedConnectionThatClosesLateLeavesTheNewOneInPlace() {
    say(HELLO);
    FakeTransport second = new FakeTransport();
    say(conversation(desk, second), RESUME);
    conversation.closed();
    FakeTransport third = new FakeTransport();
    say(conversation(desk, third), RESUME);
    assertThat(second.takenTypes()).endsWith("sessionExpired");
  }

  @Test
  void rejectNewKeepsTheOldConnection() {
    Desk strict = desk(ConnectionPolicy.REJECT_NEW);
    FakeTransport first = new FakeTransport();
    FakeTransport second = new FakeTransport();
    say(conversation(strict, first), HELLO);
    say(conversation(strict, second), RESUME);
    assertThat(first.closed()).isNull();
    assertThat(second.takenTypes()).containsExactly("sessionExpired");
    assertThat(second.closed()).isEqualTo(CloseCode.NORMAL);
  }

  @Test
  void allowMultipleKeepsBoth() {
    Desk open = desk(ConnectionPolicy.ALLOW_MULTIPLE);
    FakeTransport first = new FakeTransport();
    FakeTransport second = new FakeTransport();
    say(conversation(open, first), HELLO);
    say(conversation(open, second), RESUME);
    assertThat(first.closed()).isNull();
    assertThat(second.closed()).isNull();
  }

  @Test
  void closingLetsGoOfSessionAndSubscription() {
    say(HELLO, SUBSCRIBE);
    conversation.closed();
    assertThat(counter.listeners).isEmpty();
    assertThat(sessions.connected()).isZero();
    assertThat(conversation.over()).isCompleted();
  }

  @Test
  void aHelloOverdueClosesUnlessHelloHasCome() {
    conversation.helloOverdue();
    assertThat(transport.closed()).isEqualTo(CloseCode.PROTOCOL_ERROR);
    FakeTransport other = new FakeTransport();
    Conversation greeted = conversation(desk, other);
    say(greeted, HELLO);
    greeted.helloOverdue();
    assertThat(other.closed()).isNull();
  }

  @Test
  void whoGoesTooFastWaitsAndLosesNothing() {
    Desk strict = desk(ConnectionPolicy.KICK_OLD, limits.with(Limit.MAX_ACTIONS_PER_SECOND, 10));
    FakeTransport link = new FakeTransport();
    Conversation fast = conversation(strict, link);
    say(fast, HELLO);
    for (int n = 1; n <= 12; n++) {
      say(fast, increment("c." + n));
    }
    assertThat(counter.unanswered).hasSize(9);
    clock.advance(ofMillis(100));
    assertThat(counter.unanswered).hasSize(10);
    clock.advance(ofSeconds(5));
    assertThat(counter.unanswered).hasSize(12);
  }

  @Test
  void whoGoesMuchTooFastIsNotReadFrom() {
    Desk strict = desk(ConnectionPolicy.KICK_OLD, limits.with(Limit.MAX_ACTIONS_PER_SECOND, 1));
    FakeTransport link = new FakeTransport();
    Conversation fast = conversation(strict, link);
    for (int n = 1; n <= 9; n++) {
      say(fast, "[]");
    }
    assertThat(link.isReading()).isFalse();
    clock.advance(ofSeconds(1));
    for (int second = 0; second < 10; second++) {
      clock.advance(ofSeconds(1));
    }
    assertThat(link.isReading()).isTrue();
    assertThat(link.taken()).hasSize(9);
  }

  @Test
  void whoHasNotSubscribedIsToldResultsOnly() {
    say(HELLO, increment("c.1"));
    transport.taken();
    counter.commit(1);
    counter.acknowledge();
    assertThat(transport.takenTypes()).containsExactly("actionResult");
  }

  @Test
  void aSilentClientIsAskedAndThenClosed() {
    say(HELLO);
    look(ofSeconds(29));
    assertThat(transport.pings()).isZero();
    look(ofSeconds(1));
    assertThat(transport.pings()).isEqualTo(1);
    conversation.heard();
    look(ofSeconds(59));
    assertThat(transport.closed()).isNull();
    look(ofSeconds(1));
    assertThat(transport.closed()).isEqualTo(CloseCode.GOING_AWAY);
  }

  @Test
  void aClientThatTakesNothingIsClosedHoweverMuchItSays() {
    say(HELLO);
    transport.writable(false);
    look(ofSeconds(1));
    for (int n = 0; n < 59; n++) {
      conversation.heard();
      look(ofSeconds(1));
    }
    assertThat(transport.closed()).isNull();
    conversation.heard();
    look(ofSeconds(1));
    assertThat(transport.closed()).isEqualTo(CloseCode.TRY_LATER);
  }

  @Test
  void aClientThatIsNotReadFromIsNotCalledSilent() {
    say(HELLO);
    for (int n = 1; n <= 64 + 8; n++) {
      say(increment("c." + n));
    }
    look(ofSeconds(90));
    assertThat(transport.closed()).isNull();
  }

  private void look(Duration later) {
    clock.advance(later);
    conversation.look(clock.instant());
  }

  @Test
  void aFirstStateThatCannotBeSentYetIsSentLater() {
    transport.writable(false);
    say(HELLO);
    assertThat(transport.takenTypes()).containsExactly("sessionAck");
    transport.writable(true);
    conversation.writable();
    assertThat(transport.takenTypes()).containsExactly("initialTree");
  }

  private void say(String... messages) {
    say(conversation, messages);
  }

  private static void say(Conversation to, String... messages) {
    Talks.say(to, messages);
  }

  private Desk desk(ConnectionPolicy policy) {
    return desk(policy, limits);
  }

  private Desk desk(ConnectionPolicy policy, Limits limits) {
    return Talks.desk(sessions, policy, limits, clock);
  }
}
