package dev.holdfast;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Records as they were once written, which every later version reads. They are never changed. */
final class GoldenFiles {

  private GoldenFiles() {}

  static byte[] read(String name) {
    try (InputStream file =
        Objects.requireNonNull(GoldenFiles.class.getResourceAsStream(name), name)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
