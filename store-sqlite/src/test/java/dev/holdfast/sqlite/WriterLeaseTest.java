package dev.holdfast.sqlite;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StoreUnavailableException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class WriterLeaseTest {

  private static final Settings AT_ONCE = Settings.DEFAULT.withLeaseWait(Duration.ZERO);

  @TempDir Path folder;

  @Test
  void aSecondRuntimeIsRefusedNamingTheHolder() {
    try (SqliteStateStore holder = open()) {
      assertRefused(ProcessHandle.current().pid());
      assertRefused(ProcessHandle.current().pid());
      assertThat(holder.write(Samples.fresh(0, 1, "{}"))).hasSize(1);
    }
    open().close();
  }

  @Test
  void oneFileByTwoNamesIsOneFile() throws Exception {
    Path link = folder.resolve("link");
    try (SqliteStateStore holder = open()) {
      assertThat(holder.load(Samples.key(0))).isEmpty();
      Files.createSymbolicLink(link, folder);
      assertThatThrownBy(() -> SqliteStateStore.open(link.resolve("state.db"), AT_ONCE))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void whoWaitsGetsTheFileWhenItIsGivenBack() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SqliteStateStore holder = open();
      CompletableFuture<SqliteStateStore> next =
          supplyAsync(
              () ->
                  SqliteStateStore.open(
                      file(), Settings.DEFAULT.withLeaseWait(Duration.ofSeconds(30))),
              threads);
      holder.write(Samples.fresh(0, 1, "{}"));
      assertThat(next).isNotDone();
      holder.close();
      try (SqliteStateStore store = next.get(30, TimeUnit.SECONDS)) {
        assertThat(store.load(Samples.key(0))).isPresent();
      }
    }
  }

  @Test
  void anotherProcessIsNamedAndItsDeathFreesTheFile() throws Exception {
    try (ChildProcess child = ChildProcess.start(HoldingChild.class, file().toString())) {
      assertThat(child.line()).isEqualTo("open");
      assertRefused(child.pid());
      child.kill();
      try (SqliteStateStore store = open()) {
        assertThat(store.load(Samples.key(0))).isPresent();
      }
    }
  }

  @Test
  void anotherProcessIsRefusedWhileThisOneTriesAgainAndAgain() throws Exception {
    try (SqliteStateStore holder = open()) {
      assertRefused(ProcessHandle.current().pid());
      assertThat(holder.load(Samples.key(0))).isEmpty();
      try (ChildProcess child = ChildProcess.start(RefusedChild.class, file().toString())) {
        assertThat(child.line())
            .contains("process " + ProcessHandle.current().pid())
            .contains("state.db is held by");
      }
    }
  }

  @Test
  void theFilesAreTheOwnersAlone() throws Exception {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try (SqliteStateStore store = open()) {
      store.write(Samples.fresh(0, 1, "{}"));
      for (String name :
          new String[] {"state.db", "state.db-wal", "state.db-shm", "state.db.lock"}) {
        assertThat(
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
            .as(name)
            .isEqualTo("rw-------");
      }
    }
  }

  private void assertRefused(long holder) {
    assertThatThrownBy(() -> SqliteStateStore.open(file(), AT_ONCE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("state.db is held by process " + holder + " on ")
        .hasMessageContaining(" since 20");
  }

  private SqliteStateStore open() {
    return SqliteStateStore.open(file(), AT_ONCE);
  }

  private Path file() {
    return folder.resolve("state.db");
  }

  /** Tries to open the store that is its argument, and prints why it cannot. */
  static final class RefusedChild {
    private RefusedChild() {}

    public static void main(String[] arguments) {
      try (SqliteStateStore store = SqliteStateStore.open(Path.of(arguments[0]), AT_ONCE)) {
        System.out.println("opened " + store);
      } catch (StoreUnavailableException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
