package dev.holdfast.model;

import dev.holdfast.model.Book.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * What one key's record has been: a life from each creation to the next erasure, and of each life
 * the entries as they were last committed. Within a life entries are only ever added.
 */
final class Chain {

  private final List<List<Entry>> lives = new ArrayList<>(List.of(List.of()));
  private boolean present;

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

  List<Entry> head() {
    return lives.getLast();
  }

  int life() {
    return lives.size() - 1;
  }

  /** Whether there is a record now. */
  boolean isPresent() {
    return present;
  }

  Place place() {
    return new Place(life(), head().size());
  }

  void commit(List<Entry> entries) {
    present = true;
    lives.set(life(), entries);
  }

  /** The record is gone. */
  void end() {
    if (present) {
      present = false;
      lives.add(List.of());
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
}
