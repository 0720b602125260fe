package dev.holdfast.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteOpeningTest {

  @TempDir Path folder;

  @Test
  void missingFoldersAreCreated() {
    Path file = folder.resolve("a/b/state.db");
    SqliteStateStore.open(file).close();
    assertThat(file).exists();
  }

  @Test
  void anEmptyFileIsANewStore() throws Exception {
    Path file = Files.createFile(folder.resolve("state.db"));
    try (SqliteStateStore store = SqliteStateStore.open(file)) {
      assertThat(store.write(Samples.fresh(0, 1, "{}"))).hasSize(1);
    }
  }

  @Test
  void aNewerSchemaIsRefusedNamingBothVersions() throws Exception {
    Path file = folder.resolve("state.db");
    SqliteStateStore.open(file).close();
    execute(file, "UPDATE holdfast_schema SET version = 7");
    assertRefusedUntouched(file, "schema version 7", "up to 1");
  }

  @Test
  void aStoreWithoutAVersionIsRefused() throws Exception {
    Path file = folder.resolve("state.db");
    SqliteStateStore.open(file).close();
    execute(file, "DELETE FROM holdfast_schema");
    assertRefusedUntouched(file, "no schema version");
  }

  @Test
  void aDatabaseOfSomethingElseIsRefused() throws Exception {
    Path file = folder.resolve("other.db");
    execute(file, "CREATE TABLE invoices (id INTEGER)");
    assertRefusedUntouched(file, "database of something else");
    assertThat(folder).isDirectoryNotContaining("glob:**.lock");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused() throws Exception {
    Path file = folder.resolve("notes.txt");
    Files.writeString(file, "Dear diary, today I was nearly overwritten. ".repeat(100));
    assertRefusedUntouched(file, "not an SQLite database");
    assertThat(folder).isDirectoryNotContaining("glob:**.lock");
  }

  @Test
  void aFolderIsRefused() {
    assertThatThrownBy(() -> SqliteStateStore.open(folder))
        .isInstanceOf(StateStoreException.class)
        .hasMessageContaining("A folder")
        .hasMessageContaining(folder.getFileName().toString());
  }

  @Test
  void aFolderThatCannotBeCreatedIsRefused() throws Exception {
    Path file = Files.createFile(folder.resolve("plain"));
    assertThatThrownBy(() -> SqliteStateStore.open(file.resolve("sub/state.db")))
        .isInstanceOf(StateStoreException.class)
        .isNotInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("Could not create the folder")
        .hasMessageContaining("plain");
  }

  @Test
  void aNameThatTheDriverWouldMisreadIsRefused() {
    assertThatThrownBy(() -> SqliteStateStore.open(folder.resolve("a?b.db")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a?b.db");
  }

  @Test
  void aRefusedStoreCanBeOpenedOnceItIsRepaired() throws Exception {
    Path file = folder.resolve("state.db");
    SqliteStateStore.open(file).close();
    execute(file, "UPDATE holdfast_schema SET version = 2");
    assertRefusedUntouched(file, "schema version 2");
    execute(file, "UPDATE holdfast_schema SET version = 1");
    SqliteStateStore.open(file).close();
  }

  private void assertRefusedUntouched(Path file, String... words) throws IOException {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> SqliteStateStore.open(file))
        .isInstanceOf(StateStoreException.class)
        .isNotInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContainingAll(words);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
