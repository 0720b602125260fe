package dev.holdfast.sqlite;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches within a transaction that its caller begins and ends. Keys of a batch are
 * different, so that its entries may run in any order: first puts of new keys, then puts over
 * records, then deletes; and in a second round those that are tied to one that was saved.
 */
final class BatchWriter {

  private static final String KEY = " WHERE module = ? AND scope = ? AND id = ?";
  private static final String EXPECTED = KEY + " AND incarnation = ? AND revision = ?";

  // A cast from a blob keeps the bytes as they are and makes them text that people can read.
  private static final String INSERT =
      "INSERT INTO state (module, scope, id, incarnation, revision, writer, sequence,"
          + " schema_version, written_at, due_at, content)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT)) ON CONFLICT DO NOTHING";

  private static final String UPDATE =
      "UPDATE state SET incarnation = ?, revision = ?, writer = ?, sequence = ?,"
          + " schema_version = ?, written_at = ?, due_at = ?, content = CAST(? AS TEXT)"
          + EXPECTED;

  private static final String DELETE = "DELETE FROM state" + EXPECTED;
  private static final String ACTUAL = "SELECT incarnation, revision FROM state" + KEY;

  private final int maxContent;
  private final ConditionalStatement<Put> inserts;
  private final ConditionalStatement<Put> updates;
  private final ConditionalStatement<Delete> deletes;
  private final PreparedStatement actual;

  BatchWriter(Connection connection, int maxContent) throws SQLException {
    this.maxContent = maxContent;
    inserts =
        new ConditionalStatement<>(connection.prepareStatement(INSERT), BatchWriter::bindInsert);
    updates =
        new ConditionalStatement<>(connection.prepareStatement(UPDATE), BatchWriter::bindUpdate);
    deletes =
        new ConditionalStatement<>(connection.prepareStatement(DELETE), BatchWriter::bindDelete);
    actual = connection.prepareStatement(ACTUAL);
  }

  private static void bindInsert(PreparedStatement statement, Put put) throws SQLException {
    Rows.setKey(statement, 1, put.key());
    Rows.setRecord(statement, 4, put.record());
  }

  private static void bindUpdate(PreparedStatement statement, Put put) throws SQLException {
    Rows.setRecord(statement, 1, put.record());
    Rows.setKey(statement, 9, put.key());
    Rows.setRevision(statement, 12, put.expected());
  }

  private static void bindDelete(PreparedStatement statement, Delete delete) throws SQLException {
    Rows.setKey(statement, 1, delete.key());
    Rows.setRevision(statement, 4, delete.expected());
  }

  List<WriteResult> write(WriteBatch batch) throws SQLException {
    inserts.clear();
    updates.clear();
    deletes.clear();
    List<Entry> entries = batch.entries();
    WriteResult[] results = new WriteResult[entries.size()];
    hold(entries, results);
    boolean tied = false;
    for (int i = 0; i < results.length; i++) {
      if (results[i] != null) {
        continue;
      }
      if (entries.get(i).tiedTo() == null) {
        collect(i, entries.get(i), results);
      } else {
        tied = true;
      }
    }
    run(entries, results);
    if (tied) {
      writeTied(entries, results);
    }
    return Arrays.asList(results);
  }

  /** See {@link WriteBatch#heldBack}; also for one that cannot be stored. */
  private void hold(List<Entry> entries, WriteResult[] results) throws SQLException {
    for (int i = 0; i < results.length; i++) {
      if (entries.get(i) instanceof Put put && put.isMutual()) {
        String reason = rejection(put.record());
        Revision actual = actual(put.key());
        if (reason == null && actual.equals(put.expected())) {
          continue;
        }
        results[i] = reason == null ? new Conflict(actual) : new Rejected(reason);
        for (int j = 0; j < results.length; j++) {
          if (entries.get(j).key().equals(put.tiedTo())) {
            results[j] = new Conflict(actual(entries.get(j).key()));
          }
        }
      }
    }
  }

  private void run(List<Entry> entries, WriteResult[] results) throws SQLException {
    ConditionalStatement.Outcome outcome =
        (place, changed) -> results[place] = result(entries.get(place), changed);
    inserts.run(outcome);
    updates.run(outcome);
    deletes.run(outcome);
  }

  private void writeTied(List<Entry> entries, WriteResult[] results) throws SQLException {
    Set<StateKey> saved = new HashSet<>();
    for (int i = 0; i < results.length; i++) {
      if (results[i] instanceof Saved) {
        saved.add(entries.get(i).key());
      }
    }
    for (int i = 0; i < results.length; i++) {
      Entry entry = entries.get(i);
      if (results[i] == null && entry.tiedTo() != null && saved.contains(entry.tiedTo())) {
        collect(i, entry, results);
      } else if (results[i] == null && entry.tiedTo() != null) {
        results[i] = WriteBatch.left(entry);
      }
    }
    run(entries, results);
  }

  /** Gives an entry to its statement, or its result if it needs none. */
  private void collect(int place, Entry entry, WriteResult[] results) throws SQLException {
    switch (entry) {
      case Put put -> {
        String reason = rejection(put.record());
        if (reason != null) {
          results[place] = new Rejected(reason);
        } else {
          (put.expected().isNone() ? inserts : updates).add(place, put);
        }
      }
      case Delete delete -> {
        if (delete.expected().isNone()) {
          results[place] = result(delete, actual(delete.key()).isNone());
        } else {
          deletes.add(place, delete);
        }
      }
    }
  }

  private @Nullable String rejection(StateRecord record) {
    if (record.content().length > maxContent) {
      return "The content has %,d bytes; SQLite stores take at most %,d"
          .formatted(record.content().length, maxContent);
    }
    if (!Times.fits(record.writtenAt()) || !fits(record.dueAt())) {
      return "A time lies outside of what milliseconds since 1970 can tell";
    }
    return null;
  }

  private static boolean fits(@Nullable Instant time) {
    return time == null || Times.fits(time);
  }

  private WriteResult result(Entry entry, boolean done) throws SQLException {
    if (!done) {
      return new Conflict(actual(entry.key()));
    }
    return switch (entry) {
      case Put put -> new Saved(put.record().revision());
      case Delete delete -> new Saved(Revision.NONE);
    };
  }

  private Revision actual(StateKey key) throws SQLException {
    Rows.setKey(actual, 1, key);
    try (ResultSet row = actual.executeQuery()) {
      return row.next() ? Rows.revision(row, 1) : Revision.NONE;
    }
  }
}
