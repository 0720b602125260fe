package dev.holdfast.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where what could not be saved is kept. */
class RescueFileTest {

  @TempDir Path dir;

  @Test
  void itLiesBesideTheFile() {
    try (SqliteStateStore store = SqliteStateStore.open(dir.resolve("app.db"))) {
      assertThat(store.rescueFile()).contains(dir.resolve("app.db.rescue"));
    }
  }
}
