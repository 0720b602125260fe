package dev.holdfast.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table that one writes by hand, and what others write behind or through to: SQLite with the
 * settings of Holdfast's store, a prepared upsert, and one commit for each call. One connection,
 * used by one thread at a time.
 */
final class ProfileTable implements AutoCloseable {

  private final Connection connection;
  private final PreparedStatement upsert;
  private final PreparedStatement select;

  ProfileTable(Path file) throws SQLException {
    this.connection = DriverManager.getConnection(url(file));
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS profile (id TEXT PRIMARY KEY, visits INTEGER, about TEXT)");
    }
    this.upsert =
        connection.prepareStatement(
            "INSERT INTO profile VALUES (?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET visits = excluded.visits, about = excluded.about");
    this.select = connection.prepareStatement("SELECT visits, about FROM profile WHERE id = ?");
  }

  /** Durable at each commit, as Holdfast's store is. */
  static String url(Path file) {
    return "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=FULL&busy_timeout=10000";
  }

  synchronized void save(String id, Profile profile) throws SQLException {
    set(id, profile);
    upsert.executeUpdate();
  }

  synchronized void saveAll(Map<String, Profile> profiles) throws SQLException {
    connection.setAutoCommit(false);
    for (Map.Entry<String, Profile> entry : profiles.entrySet()) {
      set(entry.getKey(), entry.getValue());
      upsert.addBatch();
    }
    upsert.executeBatch();
    connection.commit();
    connection.setAutoCommit(true);
  }

  private void set(String id, Profile profile) throws SQLException {
    upsert.setString(1, id);
    upsert.setLong(2, profile.visits());
    upsert.setString(3, profile.about());
  }

  synchronized @Nullable Profile load(String id) throws SQLException {
    select.setString(1, id);
    try (ResultSet row = select.executeQuery()) {
      return row.next() ? new Profile(row.getLong(1), row.getString(2)) : null;
    }
  }

  /** How many visits are stored, of all together. */
  synchronized long visits() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT coalesce(sum(visits), 0) FROM profile")) {
      return row.getLong(1);
    }
  }

  @Override
  public synchronized void close() throws SQLException {
    connection.close();
  }
}
