package dev.holdfast.sqlite;

import dev.holdfast.store.Enumerable.Due;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection that reads, with its statements; for one thread at a time. */
final class Reader implements AutoCloseable {

  private static final String LOAD =
      "SELECT incarnation, revision, writer, sequence, schema_version, written_at, due_at, content"
          + " FROM state WHERE module = ? AND scope = ? AND id = ?";

  private static final String KEYS =
      "SELECT module, scope, id FROM state"
          + " WHERE module = ? AND (scope, id) > (?, ?) AND content IS NOT NULL"
          + " ORDER BY scope, id LIMIT ?";

  private static final String DUE =
      "SELECT module, scope, id, incarnation, revision, content IS NULL FROM state"
          + " WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?";

  private final Connection connection;
  private final PreparedStatement load;
  private final PreparedStatement keys;
  private final PreparedStatement due;

  Reader(Connection connection) throws SQLException {
    this.connection = connection;
    load = connection.prepareStatement(LOAD);
    keys = connection.prepareStatement(KEYS);
    due = connection.prepareStatement(DUE);
  }

  Optional<StateRecord> load(StateKey key) throws SQLException {
    Rows.setKey(load, 1, key);
    try (ResultSet row = load.executeQuery()) {
      return row.next() ? Optional.of(Rows.record(row, 1)) : Optional.empty();
    }
  }

  Page<StateKey> keys(String module, PageRequest page) throws SQLException {
    keys.setString(1, IdText.encode(module));
    setPlace(page.after());
    keys.setInt(4, page.limit() + 1);
    List<StateKey> items = new ArrayList<>();
    String last = null;
    try (ResultSet rows = keys.executeQuery()) {
      while (rows.next()) {
        if (items.size() == page.limit()) {
          return new Page<>(items, last);
        }
        items.add(Rows.key(rows, 1));
        last = rows.getString(2) + " " + rows.getString(3);
      }
    }
    return new Page<>(items, null);
  }

  private void setPlace(@Nullable String after) throws SQLException {
    int space = after == null ? -1 : after.indexOf(' ');
    if (after != null && space < 0) {
      throw new IllegalArgumentException("Not a place that a page of this store gave: " + after);
    }
    keys.setString(2, after == null ? "" : after.substring(0, space));
    keys.setString(3, after == null ? "" : after.substring(space + 1));
  }

  List<Due> due(Instant now, int limit) throws SQLException {
    due.setLong(1, Times.nearest(now));
    due.setInt(2, limit);
    List<Due> found = new ArrayList<>();
    try (ResultSet rows = due.executeQuery()) {
      while (rows.next()) {
        found.add(new Due(Rows.key(rows, 1), Rows.revision(rows, 4), rows.getBoolean(6)));
      }
    }
    return found;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
