package dev.holdfast.sqlite;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes, and its connection. Batches that wait at the same time share a
 * commit; a caller goes on when the commit that covers its batch is durable.
 */
final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private final Connection connection;
  private final BatchWriter batches;
  private final Failures failures;
  private final WriteQueue queue = new WriteQueue();
  private final Thread thread;

  private Writer(Connection connection, BatchWriter batches, Failures failures) {
    this.connection = connection;
    this.batches = batches;
    this.failures = failures;
    this.thread = Thread.ofPlatform().daemon().name("holdfast-sqlite-writer").unstarted(this::run);
  }

  /** Takes over a connection, in auto-commit mode: transactions are begun and ended by hand. */
  static Writer start(Connection connection, int maxContent, Failures failures)
      throws SQLException {
    Writer writer = new Writer(connection, new BatchWriter(connection, maxContent), failures);
    writer.thread.start();
    return writer;
  }

  List<WriteResult> write(WriteBatch batch) {
    PendingWrite write = new PendingWrite(batch);
    try {
      if (!queue.add(write)) {
        throw failures.closed();
      }
      return write.await();
    } catch (InterruptedException e) {
      throw failures.interrupted(write.attempt(), e);
    }
  }

  private void run() {
    for (List<PendingWrite> group = queue.take(); !group.isEmpty(); group = queue.take()) {
      commit(group);
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("All is committed, but closing failed", failures.of("close", e));
    }
  }

  private void commit(List<PendingWrite> group) {
    try {
      execute("BEGIN IMMEDIATE");
    } catch (SQLException e) {
      fail(group, write -> failures.of(write.attempt(), e));
      return;
    }
    try {
      List<List<WriteResult>> results = new ArrayList<>(group.size());
      for (PendingWrite write : group) {
        results.add(batches.write(write.batch()));
      }
      execute("COMMIT");
      for (int i = 0; i < group.size(); i++) {
        group.get(i).done(results.get(i));
      }
    } catch (SQLException e) {
      rollBack();
      failOrDivide(group, write -> failures.of(write.attempt(), e));
    } catch (RuntimeException | Error e) {
      rollBack();
      failOrDivide(group, write -> failures.unexpected(write.attempt(), e));
    }
  }

  /** A batch that cannot be written must not keep its neighbours from being written. */
  private void failOrDivide(
      List<PendingWrite> group, Function<PendingWrite, StateStoreException> failure) {
    if (group.size() == 1) {
      fail(group, failure);
    } else {
      group.forEach(write -> commit(List.of(write)));
    }
  }

  private static void fail(
      List<PendingWrite> group, Function<PendingWrite, StateStoreException> failure) {
    group.forEach(write -> write.failed(failure.apply(write)));
  }

  private void rollBack() {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) {
      // SQLite rolls back by itself after some failures, and then has no transaction to end.
      LOG.debug("Nothing to roll back", e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The live connection, for tests that read its settings back while nothing is written. */
  Connection connection() {
    return connection;
  }

  /** Commits what waits, closes the connection and waits for that. */
  void close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
