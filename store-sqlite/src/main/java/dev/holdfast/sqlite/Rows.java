package dev.holdfast.sqlite;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateKey.Scope;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriterMark;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Keys and records as parameters and columns; positions are given by the statement. */
final class Rows {

  private static final byte[] NOTHING = {};

  private Rows() {}

  /** Sets three parameters: module, scope, id. */
  static void setKey(PreparedStatement statement, int at, StateKey key) throws SQLException {
    statement.setString(at, IdText.encode(key.module()));
    statement.setString(at + 1, scopeText(key.scope()));
    statement.setString(at + 2, IdText.encode(key.id()));
  }

  static StateKey key(ResultSet row, int at) throws SQLException {
    return new StateKey(
        IdText.decode(row.getString(at)),
        Scope.valueOf(row.getString(at + 1).toUpperCase(Locale.ROOT)),
        IdText.decode(row.getString(at + 2)));
  }

  private static String scopeText(Scope scope) {
    return switch (scope) {
      case SESSION -> "session";
      case GLOBAL -> "global";
      case KEYED -> "keyed";
    };
  }

  /** Sets two parameters: incarnation, revision. */
  static void setRevision(PreparedStatement statement, int at, Revision revision)
      throws SQLException {
    statement.setLong(at, revision.incarnation());
    statement.setLong(at + 1, revision.count());
  }

  static Revision revision(ResultSet row, int at) throws SQLException {
    return new Revision(row.getLong(at), row.getLong(at + 1));
  }

  /**
   * Sets eight parameters: incarnation, revision, writer, sequence, schema_version, written_at,
   * due_at, content.
   */
  static void setRecord(PreparedStatement statement, int at, StateRecord record)
      throws SQLException {
    setRevision(statement, at, record.revision());
    statement.setLong(at + 2, record.writer().writer());
    statement.setLong(at + 3, record.writer().sequence());
    statement.setInt(at + 4, record.schemaVersion());
    statement.setLong(at + 5, record.writtenAt().toEpochMilli());
    statement.setObject(at + 6, record.dueAt() == null ? null : record.dueAt().toEpochMilli());
    statement.setBytes(at + 7, record.isTombstone() ? null : record.content());
  }

  /** Reads the columns that {@link #setRecord} wrote. */
  static StateRecord record(ResultSet row, int at) throws SQLException {
    return new StateRecord(
        revision(row, at),
        new WriterMark(row.getLong(at + 2), row.getLong(at + 3)),
        row.getInt(at + 4),
        Instant.ofEpochMilli(row.getLong(at + 5)),
        dueAt(row, at + 6),
        content(row, at + 7));
  }

  private static @Nullable Instant dueAt(ResultSet row, int at) throws SQLException {
    long millis = row.getLong(at);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static byte[] content(ResultSet row, int at) throws SQLException {
    byte[] content = row.getBytes(at);
    return content == null ? NOTHING : content;
  }
}
