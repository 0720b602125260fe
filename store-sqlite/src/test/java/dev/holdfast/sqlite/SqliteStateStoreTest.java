package dev.holdfast.sqlite;

import dev.holdfast.store.StateStore;
import dev.holdfast.test.StateStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStateStoreTest extends StateStoreContract {

  @TempDir Path folder;

  @Override
  protected StateStore open() {
    return SqliteStateStore.open(folder.resolve("state.db"));
  }
}
