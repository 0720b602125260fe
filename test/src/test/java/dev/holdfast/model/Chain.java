package dev.holdfast.model;

import dev.holdfast.model.Book.Entry;
import dev.holdfast.store.StateRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What one key's record has been: a life from each creation to the next erasure, and of each life
 * the entries as they were last committed. Within a life entries are only ever added.
 */
final class Chain {

  private final List<List<Entry>> lives = new ArrayList<>(List.of(List.of()));
  private List<Entry> head = List.of();
  private boolean present;
  private long incarnation;
  private Instant due = Instant.MAX;
  private Instant ended = Instant.MIN;

  /** A state's place in the history: which life, and how much of it. */
  record Place(int life, int length) implements Comparable<Place> {
    static final Place START = new Place(0, 0);

    @Override
    public int compareTo(Place other) {
      return life == other.life
          ? Integer.compare(length, other.length)
          : Integer.compare(life, other.life);
    }
  }

  /** All that is in the record. */
  List<Entry> head() {
    return head;
  }

  /** What actions have put there, not hooks. */
  List<Entry> actions() {
    return lives.getLast();
  }

  /** The same of a life. */
  List<Entry> actions(int life) {
    return lives.get(life);
  }

  int life() {
    return lives.size() - 1;
  }

  /** Whether there is a record now. */
  boolean isPresent() {
    return present;
  }

  /** When the record's time is up. */
  Instant due() {
    return due;
  }

  Place place() {
    return new Place(life(), actions().size());
  }

  /** Which life the store says that it is. */
  long incarnation() {
    return incarnation;
  }

  void commit(List<Entry> entries, StateRecord record) {
    present = true;
    incarnation = record.revision().incarnation();
    due = Objects.requireNonNullElse(record.dueAt(), Instant.MAX);
    head = entries;
    lives.set(life(), ofActions(entries));
  }

  /** When the last life ended. */
  Instant ended() {
    return ended;
  }

  /** The record is gone. */
  void end(Instant now) {
    if (present) {
      present = false;
      ended = now;
      head = List.of();
      due = Instant.MAX;
      lives.add(List.of());
    }
  }

  /** The record, which was given up, goes on where it was. */
  void resume() {
    if (!present && life() > 0 && actions().isEmpty()) {
      present = true;
      lives.removeLast();
      head = actions();
    }
  }

  /** The newest life that begins with these entries, or -1. */
  int lifeOf(List<Entry> entries) {
    for (int life = life(); life >= 0; life--) {
      if (begins(lives.get(life), entries)) {
        return life;
      }
    }
    return -1;
  }

  static boolean begins(List<Entry> whole, List<Entry> part) {
    return part.size() <= whole.size() && whole.subList(0, part.size()).equals(part);
  }

  /** The entries without those of hooks. */
  static List<Entry> ofActions(List<Entry> entries) {
    return entries.stream().filter(entry -> entry.ticket() > 0).toList();
  }
}
