package dev.holdfast.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** What one writes by hand: one upsert and one commit for each action, equally durable. */
final class UpsertPerAction implements Measured {

  private final Connection connection;
  private final PreparedStatement upsert;
  private final int keys;
  private long actions;

  UpsertPerAction(Path folder, int keys) throws SQLException {
    this.keys = keys;
    this.connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("upsert.db"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute("CREATE TABLE profile (id TEXT PRIMARY KEY, visits INTEGER, about TEXT)");
    }
    connection.setAutoCommit(true);
    this.upsert =
        connection.prepareStatement(
            "INSERT INTO profile VALUES (?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET visits = excluded.visits, about = excluded.about");
  }

  @Override
  public String name() {
    return "one upsert and commit per action";
  }

  @Override
  public double run(long nanos) throws SQLException {
    long begin = System.nanoTime();
    long before = actions;
    while (System.nanoTime() < begin + nanos) {
      upsert.setString(1, "profile-" + actions % keys);
      upsert.setLong(2, actions / keys);
      upsert.setString(3, Profile.FIRST.about());
      upsert.executeUpdate();
      actions++;
    }
    return (actions - before) * 1e9 / (System.nanoTime() - begin);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("The database by hand does not close", e);
    }
  }
}
