package dev.holdfast.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Replaces a file whole: writes a new one under a name of its own, makes that durable, renames it,
 * and makes the name durable. At no moment is there half a file under the name that is read.
 */
final class AtomicFile {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String UNFINISHED = ".tmp";

  private AtomicFile() {}

  /** For the holder of the file's lock. */
  static void replace(Path file, byte[] content) throws IOException {
    Path folder = folder(file);
    String mark = HexFormat.of().toHexDigits(RANDOM.nextLong());
    Path fresh = folder.resolve(file.getFileName() + "." + mark + UNFINISHED);
    try {
      write(fresh, content);
      Files.move(fresh, file, ATOMIC_MOVE, REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      deleteQuietly(fresh, e);
      throw e;
    }
    sync(folder);
  }

  private static void write(Path fresh, byte[] content) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try (FileChannel channel = FileChannel.open(fresh, options, ownerOnly(fresh, "rw-------"))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  /** The attributes of a file or folder for its owner alone, where the platform has such. */
  static FileAttribute<?>[] ownerOnly(Path path, String mode) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  /** Makes names in a folder durable; Windows opens no folders, and keeps names by itself. */
  private static void sync(Path folder) throws IOException {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes what a process left that died while writing; for the holder of the file's lock. */
  static void removeUnfinished(Path file) throws IOException {
    String begin = file.getFileName() + ".";
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            folder(file),
            each -> {
              String name = String.valueOf(each.getFileName());
              return name.startsWith(begin) && name.endsWith(UNFINISHED);
            })) {
      for (Path each : left) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static void deleteQuietly(Path fresh, Exception because) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private static Path folder(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("A file in a folder, got " + file);
    }
    return folder;
  }
}
