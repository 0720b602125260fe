package dev.holdfast.sqlite;

import dev.holdfast.store.WriteBatch.Entry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A statement that changes the row of an entry if the row is as the entry expects, and nothing
 * otherwise. Entries are collected and run together.
 *
 * @param <E> the kind of entry
 */
final class ConditionalStatement<E extends Entry> {

  private final PreparedStatement statement;
  private final Binding<E> binding;

  /** The places of the collected entries in their batch. */
  private final List<Integer> places = new ArrayList<>();

  ConditionalStatement(PreparedStatement statement, Binding<E> binding) {
    this.statement = statement;
    this.binding = binding;
  }

  void add(int place, E entry) throws SQLException {
    binding.set(statement, entry);
    statement.addBatch();
    places.add(place);
  }

  /** Forgets what a failed run left. */
  void clear() throws SQLException {
    statement.clearBatch();
    places.clear();
  }

  /** Runs what was collected. */
  void run(Outcome outcome) throws SQLException {
    if (places.isEmpty()) {
      return;
    }
    int[] changed = statement.executeBatch();
    for (int i = 0; i < changed.length; i++) {
      outcome.of(places.get(i), changed[i] > 0);
    }
    places.clear();
  }

  /** Sets a statement's parameters. */
  @FunctionalInterface
  interface Binding<E> {
    void set(PreparedStatement statement, E entry) throws SQLException;
  }

  /** Takes what became of the entry at a place of its batch. */
  @FunctionalInterface
  interface Outcome {
    void of(int place, boolean changed) throws SQLException;
  }
}
