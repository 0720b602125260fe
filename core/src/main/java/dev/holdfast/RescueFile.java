package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A file of records, one a line, behind a line with the format's name and version and how many
 * there are. It is replaced as a whole and forced to the disk, so that a crash leaves the old one
 * or the new one. On POSIX systems only the owner can read it.
 *
 * @param path where it is, or may be
 */
record RescueFile(Path path) {

  private static final String FORMAT = "holdfast-rescue 1 ";

  /**
   * What is in a file.
   *
   * @param damaged whether something of it cannot be read
   */
  record Content(List<Rescued> records, boolean damaged) {}

  /** A file beside this one. */
  RescueFile beside(String suffix) {
    return new RescueFile(path.resolveSibling(path.getFileName() + suffix));
  }

  /** Nothing, where there is no file. */
  Content read() throws IOException {
    if (!Files.exists(path)) {
      return new Content(List.of(), false);
    }
    List<String> lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
    List<Rescued> records = new ArrayList<>();
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      Rescued rescued = RescueLine.decode(line);
      if (rescued != null) {
        records.add(rescued);
      }
    }
    boolean whole = !lines.isEmpty() && lines.getFirst().equals(FORMAT + records.size());
    return new Content(records, !whole || records.size() != lines.size() - 1);
  }

  /** Makes these the only records; with none, there is no file. */
  void write(Collection<Rescued> records) throws IOException {
    if (records.isEmpty()) {
      if (Files.deleteIfExists(path)) {
        forceFolder();
      }
      return;
    }
    StringBuilder text = new StringBuilder(FORMAT).append(records.size()).append('\n');
    records.forEach(rescued -> text.append(RescueLine.encode(rescued)).append('\n'));
    replace(text.toString());
  }

  private void replace(String text) throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try (FileChannel channel =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            permissions())) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    forceFolder();
  }

  /** Puts the file aside as it is, under a name that it keeps. */
  RescueFile putAside() throws IOException {
    for (int n = 1; ; n++) {
      RescueFile aside = damaged(n);
      if (!Files.exists(aside.path)) {
        Files.copy(path, aside.path, StandardCopyOption.COPY_ATTRIBUTES);
        return aside;
      }
      if (Files.mismatch(path, aside.path) < 0) {
        return aside; // A crash came between this and what followed.
      }
    }
  }

  /** The copies of this file that could not be read whole. */
  List<RescueFile> damaged() {
    List<RescueFile> all = new ArrayList<>();
    RescueFile next = damaged(1);
    while (Files.exists(next.path)) {
      all.add(next);
      next = damaged(all.size() + 1);
    }
    return all;
  }

  private RescueFile damaged(int number) {
    return beside(".damaged" + (number == 1 ? "" : "-" + number));
  }

  /**
   * Takes the lines of a key out, also those that can be read no more but still name it. The others
   * stay as they are.
   */
  void forget(StateKey key) throws IOException {
    List<String> lines = Files.readAllLines(path, StandardCharsets.ISO_8859_1);
    List<String> others = lines.stream().filter(line -> !RescueLine.isOf(key, line)).toList();
    if (others.size() < lines.size()) {
      replace(String.join("\n", others) + "\n");
    }
  }

  private static FileAttribute<?>[] permissions() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** Makes the name durable, where a folder can be forced. */
  private void forceFolder() {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders; the content is on the disk in any case.
    }
  }
}
