package dev.holdfast.sqlite;

import dev.holdfast.store.StateStoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteOpenMode;

/** The file of a store, by its one true name, and how connections to it are opened. */
final class DatabaseFile {

  private static final int CHECKPOINT_PAGES = 4_000;
  private static final int MAX_IDLE_WAL_BYTES = 64 << 20;
  private static final int WRITER_CACHE_KIB = 16 << 10;

  private final Path path;
  private final Settings settings;

  private DatabaseFile(Path path, Settings settings) {
    this.path = path;
    this.settings = settings;
  }

  /**
   * Finds the file's place and creates its folder. The file itself is not touched.
   *
   * @throws IllegalArgumentException if the name cannot be one
   * @throws StateStoreException if the folder cannot be created or the file is a folder
   */
  static DatabaseFile at(Path file, Settings settings) {
    Path absolute = file.toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    Path name = absolute.getFileName();
    if (folder == null || name == null || absolute.toString().indexOf('?') >= 0) {
      // The driver reads what follows a question mark as settings.
      throw new IllegalArgumentException("Not a name of a file without '?': " + file);
    }
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      Path path = folder.toRealPath().resolve(name);
      path = Files.exists(path) ? path.toRealPath() : path;
      if (Files.isDirectory(path)) {
        throw new StateStoreException("A folder, where a store's file should be: " + path);
      }
      return new DatabaseFile(path, settings);
    } catch (IOException e) {
      throw new StateStoreException(
          "Could not create the folder %s for the store %s; check that its parent exists and that"
                  .formatted(folder, name)
              + " this user may write there",
          e);
    }
  }

  Path path() {
    return path;
  }

  /** Refuses a file that is there and is not ours, without touching it. */
  void check() throws SQLException {
    if (Files.exists(path)) {
      try (Connection connection = openReader()) {
        Schema.check(connection, path);
      }
    }
  }

  /** Creates the file, if missing, so that only its owner can read it. */
  void create() {
    try {
      Files.createFile(path, ownerOnly());
    } catch (FileAlreadyExistsException e) {
      // It keeps the permissions that its owner gave it.
    } catch (IOException e) {
      throw new StateStoreException(
          "Could not create %s; check that this user may write in its folder".formatted(path), e);
    }
  }

  static FileAttribute<?>[] ownerOnly() {
    if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
  }

  /** A connection whose commits survive a power cut. */
  Connection openWriter() throws SQLException {
    SQLiteConfig config = config();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.FULL);
    config.setTempStore(TempStore.MEMORY);
    config.setWalAutocheckpoint(CHECKPOINT_PAGES);
    config.setJournalSizeLimit(MAX_IDLE_WAL_BYTES);
    config.setCacheSize(-WRITER_CACHE_KIB);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    return connect(config);
  }

  Connection openReader() throws SQLException {
    SQLiteConfig config = config();
    config.setReadOnly(true);
    return connect(config);
  }

  private SQLiteConfig config() {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(Math.toIntExact(settings.lockWait().toMillis()));
    config.setGetGeneratedKeys(false);
    return config;
  }

  private Connection connect(SQLiteConfig config) throws SQLException {
    return config.createConnection("jdbc:sqlite:" + path);
  }
}
