package dev.holdfast.sqlite;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few readers, each lent to one caller at a time. They never wait for the writer. */
final class Readers {

  private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
  private static final long PATIENCE_SECONDS = 10;

  private final int count;
  private final BlockingQueue<Reader> idle;
  private final Failures failures;
  private volatile boolean closed;

  Readers(List<Reader> readers, Failures failures) {
    this.count = readers.size();
    this.idle = new ArrayBlockingQueue<>(count, false, readers);
    this.failures = failures;
  }

  <T> T read(String attempt, Query<T> query) {
    Reader reader = borrow(attempt);
    try {
      return query.run(reader);
    } catch (SQLException e) {
      throw failures.of(attempt, e);
    } finally {
      idle.add(reader);
    }
  }

  private Reader borrow(String attempt) {
    try {
      Reader reader = closed ? null : idle.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (reader == null) {
        throw closed ? failures.closed() : failures.readersBusy(attempt);
      }
      return reader;
    } catch (InterruptedException e) {
      throw failures.interrupted(attempt, e);
    }
  }

  /** Closes each reader when it comes back. */
  void close() {
    closed = true;
    boolean interrupted = false;
    for (int left = count; left > 0; ) {
      try {
        idle.take().close();
        left--;
      } catch (SQLException e) {
        left--;
        LOG.warn("A reader did not close", failures.of("close", e));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a caller asks a reader. */
  @FunctionalInterface
  interface Query<T> {
    T run(Reader reader) throws SQLException;
  }
}
