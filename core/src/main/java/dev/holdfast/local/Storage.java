package dev.holdfast.local;

import dev.holdfast.store.StateStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where local states live: text by key, like the {@code localStorage} of a browser. To write one of
 * your own, keep the text as it is.
 *
 * <p>Methods block, are called from many threads, but never twice at once for one key by one live
 * state. What they throw counts as "does not work now": nothing is saved over what could not be
 * read, and a save is tried again (laws R2 and S3). Give each place one object, or one with an
 * {@code equals}: two live states with one key in one storage are refused at definition (K1).
 *
 * <p>A storage of your own cannot compare and set in one step, so two processes that share it may
 * overwrite each other; those made here cannot.
 */
public interface Storage {

  /** The text of a key, or null if there is none. */
  @Nullable String getItem(String key);

  /** Keeps a text. When this returns, it is as durable as the storage makes it. */
  void setItem(String key, String value);

  /**
   * The place of an application's data on this platform, one file a key: {@code
   * $XDG_DATA_HOME/my-app} or {@code ~/.local/share/my-app}, {@code ~/Library/Application
   * Support/my-app} on macOS, {@code %LOCALAPPDATA%\my-app} on Windows. See {@link #inFolder}.
   *
   * @param app the folder's name: letters, digits, {@code .}, {@code _}, {@code -} and spaces, not
   *     beginning with a dot, at most 100 characters
   * @throws IllegalArgumentException if it is another
   */
  static Storage forApp(String app) {
    return inFolder(AppFolder.of(app));
  }

  /**
   * A folder with one file a key. A file is replaced whole and is on the disk, with its name, when
   * a save is done: a crash or power cut leaves the old one or the new one. Files are readable by
   * their owner only. Processes may share a folder: writes lock and compare, so that none is lost,
   * and a live state sees what another process saves.
   *
   * @param folder made when it is first needed; a state whose folder cannot be used fails at
   *     definition, see {@link LocalPersistence#memoryIfNone}
   */
  static Storage inFolder(Path folder) {
    return new FileStorage(folder);
  }

  /** Memory of this process, for as long as the object lives: a test, or a session storage. */
  static Storage inMemory() {
    return new MemoryStorage();
  }

  /**
   * Any store of the engine, such as SQLite, PostgreSQL or Redis. It stays open when states are
   * disposed: whoever opened it closes it after that. States are its records of module {@code
   * Local}, under their keys.
   */
  static Storage of(StateStore store) {
    return new StoreStorage(store);
  }

  /**
   * This storage with its texts encrypted, each bound to its key, so that nobody can read, change
   * or swap them unnoticed. Keys and sizes stay visible, and an older text that is put back is not
   * noticed.
   */
  default Storage encrypted(EncryptionKeys keys) {
    return new EncryptedStorage(this, keys);
  }
}
