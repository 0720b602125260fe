package dev.holdfast.model;

import dev.holdfast.StateModule;
import dev.holdfast.store.StateKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One action that a client wants, however often it is sent, and what became of it. */
final class Op {

  /** What an action does, as far as the judge is concerned. */
  enum Kind {
    /** Adds an entry. */
    ADDS,
    /** Adds an entry, and one to the shared book before. */
    RELAYS,
    /** Throws in the end. */
    BREAKS,
    /** Adds an entry to the shared book, and throws. */
    RELAYS_AND_BREAKS,
    /** Leaves the entries as they are. */
    OTHER,
    /** Changes whose the state is. */
    SWITCHES
  }

  final int ticket;
  final Kind kind;
  final StateModule<Book> module;
  final String action;
  final Object payload;
  final @Nullable String room;
  final String session;
  final String id;

  /** The action that dispatches this one, if a client does not. */
  final @Nullable Op outer;

  @Nullable Op nested;

  Instant firstSent = Instant.MIN;
  int attempts;
  int answers;
  int refused;
  boolean acked;

  /** The connection that it was sent through first. */
  @Nullable Object wire;

  /** Where its entry is, and in which life of that key. */
  @Nullable StateKey storedAt;

  int storedLife;

  /** Which event it was that it was sent, and that it was acknowledged under write-behind. */
  int sentAt;

  int ackedAt;
  int ackedBy;
  Instant ackedTime = Instant.MAX;

  Op(
      int ticket,
      Kind kind,
      StateModule<Book> module,
      String action,
      Object payload,
      @Nullable String room,
      String session,
      String id,
      @Nullable Op outer) {
    this.ticket = ticket;
    this.kind = kind;
    this.module = module;
    this.action = action;
    this.payload = payload;
    this.room = room;
    this.session = session;
    this.id = id;
    this.outer = outer;
  }

  boolean adds() {
    return kind == Kind.ADDS || kind == Kind.RELAYS;
  }

  boolean relays() {
    return kind == Kind.RELAYS || kind == Kind.RELAYS_AND_BREAKS;
  }

  boolean isWriteBehind() {
    return module.equals(Modules.BEHIND);
  }

  /** Whether it was sent and has no answer of any kind. */
  boolean isOpen() {
    return attempts > answers;
  }

  /** Whether it has been answered definitively by every attempt, and always with no. */
  boolean isRefused() {
    return outer == null ? refused == attempts : outer.attempts == 0;
  }

  @Override
  public String toString() {
    return "%d %s.%s %s".formatted(ticket, module.name(), action, id);
  }
}
