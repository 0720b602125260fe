package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.time.TimeSource;
import java.util.List;

/** Conversations about a counter, without sockets and threads. */
final class Talks {

  static final String HELLO = "{\"type\":\"hello\"}";
  static final String SUBSCRIBE = "{\"type\":\"subscribeState\"}";

  private Talks() {}

  static Desk desk(
      FakeSessions sessions, ConnectionPolicy policy, Limits limits, TimeSource clock) {
    return new Desk(
        sessions,
        new Modules(List.of(FakeSessions.COUNTER)),
        new Contacts(Policies.USUAL.with(policy)),
        limits,
        Runnable::run,
        clock,
        Meters.NONE,
        ClientHooks.none());
  }

  static Conversation conversation(Desk desk, Transport transport) {
    return new Conversation(
        desk, Endpoint.of(List.of("Counter"), desk.modules()), Entrant.at(null), transport);
  }

  static void say(Conversation to, String... messages) {
    for (String message : messages) {
      to.received(message.getBytes(UTF_8));
    }
  }

  static String increment(String id) {
    return "{\"type\":\"dispatchAction\",\"id\":\"%s\",\"module\":\"Counter\",\"action\":\"increment\"}"
        .formatted(id);
  }
}
