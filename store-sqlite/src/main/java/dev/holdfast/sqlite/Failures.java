package dev.holdfast.sqlite;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Says what went wrong with a file in the store's own types. */
final class Failures {

  private final Path file;

  Failures(Path file) {
    this.file = file;
  }

  /**
   * The typed form of what SQLite said.
   *
   * @param attempt what was tried, such as "commit 12 entries"
   */
  StateStoreException of(String attempt, SQLException e) {
    return switch (code(e)) {
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
          retry(attempt, "another program holds it locked; trying again helps once it is done", e);
      case SQLITE_FULL ->
          retry(attempt, "the disk is full; free some space, then trying again helps", e);
      case SQLITE_IOERR ->
          retry(attempt, "the disk failed to read or write; check it, then try again", e);
      case SQLITE_NOMEM -> retry(attempt, "memory ran out; trying again may help", e);
      case SQLITE_INTERRUPT -> retry(attempt, "it was interrupted; trying again helps", e);
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH ->
          broken(attempt, "check that this user may write the file and its folder", e);
      case SQLITE_CORRUPT ->
          broken(attempt, "the file is damaged; restore a backup, or try sqlite3's .recover", e);
      case SQLITE_NOTADB ->
          broken(attempt, "it is not an SQLite database; it was left as it is", e);
      default -> broken(attempt, "SQLite refused", e);
    };
  }

  static boolean isNoDatabase(SQLException e) {
    return code(e) == SQLiteErrorCode.SQLITE_NOTADB;
  }

  private static SQLiteErrorCode code(SQLException e) {
    // The lowest byte is the class of an error, the rest its details.
    return SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff);
  }

  private StoreUnavailableException retry(String attempt, String advice, SQLException e) {
    return new StoreUnavailableException(message(attempt, advice, e), e);
  }

  private StateStoreException broken(String attempt, String advice, SQLException e) {
    return new StateStoreException(message(attempt, advice, e), e);
  }

  private String message(String attempt, String advice, SQLException e) {
    return "Could not %s in %s: %s (%s)".formatted(attempt, file, advice, e.getMessage());
  }

  StateStoreException closed() {
    return new StateStoreException("The store is closed: " + file);
  }

  StoreUnavailableException interrupted(String attempt, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StoreUnavailableException(
        "Interrupted while waiting to %s in %s".formatted(attempt, file), e);
  }

  StoreUnavailableException readersBusy(String attempt) {
    return new StoreUnavailableException(
        "Could not %s in %s: all readers are busy; trying again helps".formatted(attempt, file));
  }

  /** For what only a defect or a lack of memory explains. */
  StoreUnavailableException unexpected(String attempt, Throwable e) {
    return new StoreUnavailableException(
        "Could not %s in %s: %s".formatted(attempt, file, e.getClass().getSimpleName()), e);
  }
}
