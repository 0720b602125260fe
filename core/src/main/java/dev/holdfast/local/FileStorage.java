package dev.holdfast.local;

import dev.holdfast.Subscription;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A folder with one file a key. Two of one folder are equal. */
final class FileStorage implements ConditionalStorage, WatchedStorage, UsableStorage {

  /** What is larger was not written here. */
  private static final long MOST_BYTES = 256L << 20;

  private final Path folder;

  FileStorage(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  private Path file(String key) {
    return folder.resolve(FileNames.of(key) + ".json");
  }

  @Override
  public @Nullable String getItem(String key) {
    Path file = file(key);
    try {
      return read(file);
    } catch (IOException e) {
      throw new StoreUnavailableException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static @Nullable String read(Path file) throws IOException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new StateStoreException(
            "%s has more than %d bytes; it was left as it is".formatted(file, MOST_BYTES));
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (NoSuchFileException e) {
      return null;
    } catch (CharacterCodingException e) {
      throw new StateStoreException(file + " is no text in UTF-8; it was left as it is", e);
    }
  }

  @Override
  public void setItem(String key, String value) {
    var unused = alone(key, file -> replace(file, value));
  }

  @Override
  public boolean replaceItem(String key, @Nullable String expected, String value) {
    return alone(key, file -> Objects.equals(read(file), expected) && replace(file, value));
  }

  private static boolean replace(Path file, String value) throws IOException {
    AtomicFile.removeUnfinished(file);
    AtomicFile.replace(file, value.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  /** What is done to a file by whoever holds its lock. */
  @FunctionalInterface
  private interface Write {
    boolean to(Path file) throws IOException;
  }

  private boolean alone(String key, Write write) {
    Path file = file(key);
    try {
      makeFolder();
      return FileLocks.with(folder.resolve(FileNames.of(key) + ".lock"), () -> write.to(file));
    } catch (IOException e) {
      throw new StoreUnavailableException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  private void makeFolder() throws IOException {
    Path parent = folder.getParent();
    if (!Files.isDirectory(folder)) {
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectories(folder, AtomicFile.ownerOnly(folder, "rwx------"));
    }
  }

  @Override
  public void check() {
    try {
      makeFolder();
      Files.delete(Files.createTempFile(folder, "check", ".tmp"));
    } catch (IOException | SecurityException e) {
      throw new StateStoreException(
          "The folder %s cannot be used for state: %s".formatted(folder, e), e);
    }
  }

  @Override
  public Subscription watchItem(String key, Runnable task) {
    return FolderWatch.on(folder, FileNames.of(key) + ".json", task);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileStorage that && folder.equals(that.folder);
  }

  @Override
  public int hashCode() {
    return folder.hashCode();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
