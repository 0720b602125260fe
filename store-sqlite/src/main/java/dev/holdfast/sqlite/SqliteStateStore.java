package dev.holdfast.sqlite;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.RescuePlace;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps records in one SQLite file. What {@link #write} has returned as saved survives a crash of
 * the process and a power cut, as far as the disk keeps what it says it has written.
 *
 * <p>One runtime holds a file at a time; reading by others, such as {@code sqlite3}, is always
 * possible. The content is JSON text in the column {@code content} of the table {@code state}.
 * Beside the file lie {@code -wal} and {@code -shm}, which belong to it, and {@code .lock}, which
 * names the holder. On POSIX systems only the owner can read them.
 *
 * <p>Loads and listings never wait for writes. Batches that are written at the same time share a
 * commit. A full disk, a lock of another program that lasts longer than 5 s and failures of the
 * disk are {@link StoreUnavailableException}; the store works on when the cause is gone. Content
 * above 512 MiB is rejected.
 */
public final class SqliteStateStore implements StateStore, Enumerable, RescuePlace {

  private final Path file;
  private final Failures failures;
  private final WriterLease lease;
  private final Writer writer;
  private final Readers readers;

  /** Held while closing, so that a second close waits for the first. */
  private final ReentrantLock closing = new ReentrantLock();

  private volatile boolean closed;

  private SqliteStateStore(
      Path file, Failures failures, WriterLease lease, Writer writer, Readers readers) {
    this.file = file;
    this.failures = failures;
    this.lease = lease;
    this.writer = writer;
    this.readers = readers;
  }

  /**
   * Opens a file, and creates it and its folders if they are missing. While another runtime holds
   * it, waits for up to 10 s.
   *
   * @param file its name may not hold a question mark
   * @throws StoreUnavailableException if another runtime holds the file all that time (the message
   *     names it), or the disk is full
   * @throws StateStoreException if the file is not a store, has a newer schema or is damaged (it is
   *     left as it is), or cannot be created or written
   */
  public static SqliteStateStore open(Path file) {
    return open(file, Settings.DEFAULT);
  }

  static SqliteStateStore open(Path file, Settings settings) {
    DatabaseFile database = DatabaseFile.at(file, settings);
    Failures failures = new Failures(database.path());
    refuseOthersFiles(database, failures);
    WriterLease lease = WriterLease.acquire(database.path(), settings.leaseWait());
    List<AutoCloseable> opened = new ArrayList<>(List.of(lease));
    try {
      return open(database, settings, failures, lease, opened);
    } catch (SQLException e) {
      closeAll(opened, e);
      throw failures.of("open the store", e);
    } catch (RuntimeException e) {
      closeAll(opened, e);
      throw e;
    }
  }

  /** Looks before anything is written, even beside the file; decided again under the lease. */
  private static void refuseOthersFiles(DatabaseFile database, Failures failures) {
    try {
      database.check();
    } catch (SQLException e) {
      // All else may come from a holder that is closing the file right now.
      if (Failures.isNoDatabase(e)) {
        throw failures.of("open the store", e);
      }
    }
  }

  private static SqliteStateStore open(
      DatabaseFile database,
      Settings settings,
      Failures failures,
      WriterLease lease,
      List<AutoCloseable> opened)
      throws SQLException {
    database.check();
    database.create();
    Connection connection = database.openWriter();
    opened.add(connection);
    Schema.ensure(connection, database.path());
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < settings.readers(); i++) {
      Connection reading = database.openReader();
      opened.add(reading);
      readers.add(new Reader(reading));
    }
    Writer writer = Writer.start(connection, settings.maxContent(), failures);
    return new SqliteStateStore(
        database.path(), failures, lease, writer, new Readers(readers, failures));
  }

  private static void closeAll(List<AutoCloseable> opened, Exception reason) {
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        reason.addSuppressed(e);
      }
    }
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return readers.read("load " + key, reader -> reader.load(key));
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    if (closed) {
      throw failures.closed();
    }
    return batch.entries().isEmpty() ? List.of() : writer.write(batch);
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    return readers.read("list the keys of " + module, reader -> reader.keys(module, page));
  }

  @Override
  public List<Due> due(Instant now, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("A list of what is due holds 1 or more, not " + limit);
    }
    return readers.read("list what is due", reader -> reader.due(now, limit));
  }

  /** Beside the file: its name and {@code .rescue}. */
  @Override
  public Optional<Path> rescueFile() {
    return Optional.of(file.resolveSibling(file.getFileName() + ".rescue"));
  }

  /**
   * Waits for the writes and loads under way, closes the file and gives the lease back. Does
   * nothing if called again.
   */
  @Override
  public void close() {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        readers.close();
        writer.close();
        lease.close();
      }
    } finally {
      closing.unlock();
    }
  }

  /** Names the file. */
  @Override
  public String toString() {
    return "SqliteStateStore[" + file + "]";
  }

  /** The writer's live connection, for tests that read its settings back. */
  Connection writerConnection() {
    return writer.connection();
  }
}
