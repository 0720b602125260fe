package dev.holdfast.sqlite;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.PageRequest;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others may do with the file, and many threads with the store, at the same time. */
@Timeout(60)
final class SqliteSharingTest {

  private static final int MAX_CONTENT = 1 << 20;

  @TempDir Path folder;

  private SqliteStateStore store;

  @BeforeEach
  void open() {
    store =
        SqliteStateStore.open(
            folder.resolve("state.db"),
            Settings.DEFAULT.withLockWait(Duration.ofMillis(50)).withMaxContent(MAX_CONTENT));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void othersReadTheContentAsJsonTextWhileItIsWritten() throws Exception {
    store.write(Samples.fresh(0, 1, "{\"x\":\"é\"}"));
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN");
      assertThat(text(statement, "SELECT json_extract(content, '$.x') FROM state")).isEqualTo("é");
      assertThat(store.write(Samples.fresh(1, 2, "{\"x\":1}"))).allMatch(Saved.class::isInstance);
      assertThat(text(statement, "SELECT count(*) FROM state")).isEqualTo("1");
      statement.execute("COMMIT");
      assertThat(text(statement, "SELECT count(*) FROM state")).isEqualTo("2");
      assertThat(text(statement, "SELECT typeof(content) FROM state")).isEqualTo("text");
      assertThat(text(statement, "SELECT module || scope || id FROM state"))
          .isEqualTo("Samplekeyedk0");
    }
  }

  @Test
  void aLockOfAnotherProgramIsUnavailableAndPasses() throws Exception {
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> store.write(Samples.fresh(0, 1, "{}")))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("state.db")
          .hasMessageContaining("locked");
      assertThat(store.load(Samples.key(0))).isEmpty();
      statement.execute("ROLLBACK");
    }
    assertThat(store.write(Samples.fresh(0, 1, "{}"))).allMatch(Saved.class::isInstance);
  }

  @Test
  void aFileThatMayNotBeWrittenNeedsRepair() throws Exception {
    try (Statement statement = store.writerConnection().createStatement()) {
      statement.execute("PRAGMA query_only = ON");
      assertThatThrownBy(() -> store.write(Samples.fresh(0, 1, "{}")))
          .isInstanceOf(StateStoreException.class)
          .isNotInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("may write");
      statement.execute("PRAGMA query_only = OFF");
    }
    assertThat(store.write(Samples.fresh(0, 1, "{}"))).allMatch(Saved.class::isInstance);
  }

  @Test
  void contentThatIsTooLargeIsRejectedAndItsNeighboursAreSaved() {
    Put large = Samples.fresh(1, "x".repeat(MAX_CONTENT + 1));
    List<WriteResult> results =
        store.write(WriteBatch.of(Samples.fresh(0, "{}"), large, Samples.fresh(2, "{}")));
    assertThat(results.get(1)).isInstanceOf(Rejected.class);
    assertThat(results.get(1).toString()).contains("1,048,577").doesNotContain("xxx");
    assertThat(store.load(Samples.key(0))).isPresent();
    assertThat(store.load(Samples.key(1))).isEmpty();
    assertThat(store.load(Samples.key(2))).isPresent();
  }

  @Test
  void aBatchThatFailsDoesNotFailThoseThatShareItsCommit() throws Exception {
    try (Statement statement = store.writerConnection().createStatement()) {
      statement.execute(
          "CREATE TRIGGER poison BEFORE INSERT ON state WHEN NEW.id = 'k7'"
              + " BEGIN SELECT raise(ABORT, 'poisoned'); END");
    }
    List<CompletableFuture<List<WriteResult>>> writes;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      writes =
          IntStream.range(0, 50)
              .mapToObj(i -> supplyAsync(() -> store.write(Samples.fresh(i, i + 1, "1")), threads))
              .toList();
    }
    for (int i = 0; i < writes.size(); i++) {
      assertThat(writes.get(i).isCompletedExceptionally()).isEqualTo(i == 7);
      assertThat(store.load(Samples.key(i)).isPresent()).isEqualTo(i != 7);
    }
  }

  @Test
  void anInterruptedWriterLeavesTheStoreInOrder() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> store.write(Samples.fresh(0, 1, "{}")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("Interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.write(Samples.fresh(1, 2, "{}"))).allMatch(Saved.class::isInstance);
  }

  @Test
  void closingWaitsForWhatIsUnderWayAndLeavesOneFile() {
    List<CompletableFuture<List<WriteResult>>> writes;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      writes =
          IntStream.range(0, 20)
              .mapToObj(
                  i ->
                      supplyAsync(
                          () -> store.write(Samples.fresh(i * 100, i * 100 + 100, "{}")), threads))
              .toList();
      store.close();
    }
    assertThat(folder.resolve("state.db-wal")).doesNotExist();
    open();
    for (int i = 0; i < writes.size(); i++) {
      boolean acknowledged = !writes.get(i).isCompletedExceptionally();
      assertThat(store.load(Samples.key(i * 100 + 99)).isPresent()).isEqualTo(acknowledged);
    }
  }

  @Test
  void aClosedStoreRefusesEveryCall() {
    store.close();
    List.<Runnable>of(
            () -> store.load(Samples.key(0)),
            () -> store.write(WriteBatch.of()),
            () -> store.write(Samples.fresh(0, 1, "{}")),
            () -> store.keys("Sample", PageRequest.first(1)),
            () -> store.due(Instant.EPOCH, 1))
        .forEach(
            call ->
                assertThatThrownBy(call::run)
                    .isInstanceOf(StateStoreException.class)
                    .hasMessageContaining("closed"));
  }

  @Test
  void callersMistakesAreNamed() {
    assertThatThrownBy(() -> store.due(Instant.EPOCH, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.keys("Sample", new PageRequest(1, "nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
    Put beyond =
        new Put(
            Samples.key(0),
            Revision.NONE,
            StateRecord.tombstone(
                Revision.first(1), new WriterMark(1, 1), Instant.EPOCH, Instant.MAX));
    assertThat(store.write(WriteBatch.of(beyond))).hasOnlyElementsOfType(Rejected.class);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state.db"));
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.getString(1);
    }
  }
}
