package dev.holdfast.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteResult.Saved;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class SqliteDurabilityTest {

  @TempDir Path folder;

  @Test
  void theLiveWriterSyncsEveryCommit() throws Exception {
    try (SqliteStateStore store = open()) {
      store.write(Samples.fresh(0, 1, "{}"));
      assertThat(pragma(store, "journal_mode")).isEqualTo("wal");
      assertThat(pragma(store, "synchronous")).isEqualTo("2");
      assertThat(pragma(store, "temp_store")).isEqualTo("2");
      assertThat(pragma(store, "wal_autocheckpoint")).isEqualTo("4000");
      assertThat(pragma(store, "busy_timeout")).isEqualTo("5000");
    }
  }

  @Test
  void whatWasAcknowledgedOutlivesSigkill() throws Exception {
    Random random = new Random();
    int acknowledged = 0;
    for (int round = 0; round < 3; round++) {
      int begin = firstMissing();
      assertThat(begin).isGreaterThanOrEqualTo(acknowledged);
      int enough = begin + 100 + random.nextInt(2_000);
      acknowledged = writeAndKill(begin, enough);
      assertThat(acknowledged).isGreaterThanOrEqualTo(enough);
    }
    assertThat(firstMissing()).isGreaterThanOrEqualTo(acknowledged);
  }

  /** Kills a child as soon as enough is acknowledged; everything below the result was. */
  private int writeAndKill(int begin, int enough) throws Exception {
    int acknowledged = begin;
    try (ChildProcess child =
        ChildProcess.start(WritingChild.class, file().toString(), Integer.toString(begin))) {
      while (acknowledged < enough) {
        String line = child.line();
        assertThat(line).as("the child's output").isNotNull();
        acknowledged = Integer.parseInt(line);
      }
    }
    return acknowledged;
  }

  /** The first number without a record; there are none above it. */
  private int firstMissing() {
    try (SqliteStateStore store = open()) {
      int number = 0;
      while (store.load(Samples.key(number)).isPresent()) {
        number++;
      }
      return number;
    }
  }

  @Test
  void aFullDiskIsUnavailableAndLosesNothing() throws Exception {
    try (SqliteStateStore store = open()) {
      store.write(Samples.fresh(0, 10, "{\"n\":1}"));
      String pages = pragma(store, "page_count");
      pragma(store, "max_page_count = " + pages);

      String large = "\"" + "x".repeat(100_000) + "\"";
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> store.write(Samples.fresh(10, 20, large)))
            .isInstanceOf(StoreUnavailableException.class)
            .hasMessageContaining("disk is full")
            .hasMessageContaining(file().getFileName().toString())
            .hasMessageNotContaining("xxx");
      }
      assertThat(store.load(Samples.key(10))).isEmpty();
      assertThat(store.load(Samples.key(9))).isPresent();

      pragma(store, "max_page_count = 1000000");
      assertThat(store.write(Samples.fresh(10, 20, large))).allMatch(Saved.class::isInstance);
    }
    assertThat(firstMissing()).isEqualTo(20);
  }

  private static String pragma(SqliteStateStore store, String pragma) throws SQLException {
    try (Statement statement = store.writerConnection().createStatement();
        ResultSet row = statement.executeQuery("PRAGMA " + pragma)) {
      return row.getString(1);
    }
  }

  private SqliteStateStore open() {
    return SqliteStateStore.open(file());
  }

  private Path file() {
    return folder.resolve("state.db");
  }
}
