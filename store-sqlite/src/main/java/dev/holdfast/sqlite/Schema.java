package dev.holdfast.sqlite;

import dev.holdfast.store.StateStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Creates the tables in a new file, and knows whether an old one can be used. */
final class Schema {

  private static final int NEWEST = 1;

  private Schema() {}

  /**
   * Looks without touching.
   *
   * @return whether the tables are there; false if the file is empty
   * @throws StateStoreException if the file belongs to something else or to newer code
   */
  static boolean check(Connection connection, Path file) throws SQLException {
    if (count(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
      return false;
    }
    String ours = "SELECT count(*) FROM sqlite_schema WHERE name IN ('holdfast_schema', 'state')";
    if (count(connection, ours) != 2) {
      throw new StateStoreException(
          "%s is an SQLite database of something else; it was left as it is. Name another file"
              .formatted(file));
    }
    checkVersion(count(connection, "SELECT coalesce(max(version), 0) FROM holdfast_schema"), file);
    return true;
  }

  private static void checkVersion(long version, Path file) {
    if (version > NEWEST) {
      throw new StateStoreException(
          ("%s has schema version %d, written by a newer Holdfast; this one knows versions up to %d."
                  + " It was left as it is: start the newer program")
              .formatted(file, version, NEWEST));
    }
    if (version < 1) {
      throw new StateStoreException(
          "%s has no schema version in its table holdfast_schema; restore a backup"
              .formatted(file));
    }
  }

  /** Creates the tables where they are missing, in one transaction. */
  static void ensure(Connection connection, Path file) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      try {
        if (!check(connection, file)) {
          statement.executeUpdate(script());
        }
        statement.execute("COMMIT");
      } catch (SQLException | RuntimeException e) {
        statement.execute("ROLLBACK");
        throw e;
      }
    }
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getLong(1);
    }
  }

  private static String script() {
    String name = "schema-%d.sql".formatted(NEWEST);
    try (InputStream script = Schema.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IllegalStateException("The resource is missing: " + name);
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The resource cannot be read: " + name, e);
    }
  }
}
