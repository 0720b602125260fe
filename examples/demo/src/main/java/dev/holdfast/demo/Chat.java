package dev.holdfast.demo;

import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import java.util.ArrayList;
import java.util.List;

/**
 * One conversation for everybody.
 *
 * @param messages the newest {@value #KEPT}, oldest first
 * @param total how many there ever were
 */
record Chat(List<Message> messages, long total) {

  static final int KEPT = 2_000;
  static final int LONGEST_NAME = 80;
  static final int LONGEST_TEXT = 500;

  /** What somebody said. */
  record Message(String from, String text) {}

  /** The payload of {@code say}. */
  record Say(String from, String text) {}

  static StateModule<Chat> module() {
    return StateModule.define("Chat", new Chat(List.of(), 0))
        .persist(KeyStrategy.global())
        .reduce("say", Say.class, Chat::say)
        .build();
  }

  private Chat say(Say say) {
    String from = Texts.check("The name", say.from(), LONGEST_NAME);
    String text = Texts.check("The message", say.text(), LONGEST_TEXT);
    List<Message> newest = new ArrayList<>(Math.min(messages.size() + 1, KEPT));
    newest.addAll(messages.subList(Math.max(0, messages.size() + 1 - KEPT), messages.size()));
    newest.add(new Message(from, text));
    return new Chat(newest, total + 1);
  }
}
