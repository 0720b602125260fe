package dev.holdfast.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of every module here: it remembers each action that it holds, so that what is lost,
 * doubled, mixed up or out of order can be read off any copy of it.
 *
 * @param owner whose it is, where the state names its key
 * @param login the last log-in: a scalar that only an action of the kind changes
 * @param note a scalar, stamped like an entry, or as large as a test wants it
 * @param entries all actions, in the order in which they ran
 */
record Book(@Nullable String owner, int login, String note, List<Entry> entries) {

  static final Book EMPTY = new Book(null, 0, "", List.of());

  /**
   * One action.
   *
   * @param ticket unique in a world
   * @param stamp whose state it ran on, as that state itself said
   */
  record Entry(int ticket, String stamp) {}

  /** What an action is told: its ticket, and who sends it. */
  record Add(int ticket, String sender) {}

  /** What a log-in is told. */
  record Login(int ticket, String user) {}

  /** What a note is told. */
  record Note(int ticket, String text) {}

  Book plus(Entry entry) {
    List<Entry> more = new ArrayList<>(entries);
    more.add(entry);
    return new Book(owner, login, note, List.copyOf(more));
  }

  Book owned(@Nullable String by) {
    return new Book(by, login, note, entries);
  }

  Book noted(String text) {
    return new Book(owner, login, text, entries);
  }

  Book loggedIn(Login action) {
    return new Book(action.user(), action.ticket(), note, entries);
  }
}
