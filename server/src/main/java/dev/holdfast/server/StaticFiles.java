package dev.holdfast.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where files come from. Blocks. */
interface StaticFiles {

  /**
   * The content of a file.
   *
   * @param path harmless segments: none is empty, begins with a dot, or holds a separator or a
   *     control character
   * @return empty if there is none
   */
  Optional<byte[]> read(List<String> path) throws IOException;

  /** No files. */
  static StaticFiles none() {
    return path -> Optional.empty();
  }

  /** The files of a folder, links that lead out of it excepted. */
  static StaticFiles in(Path folder) {
    return path -> {
      Path file;
      try {
        file = folder.resolve(String.join("/", path));
      } catch (InvalidPathException e) {
        return Optional.empty(); // this system has no file of such a name
      }
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      boolean inside = file.toRealPath().startsWith(folder.toRealPath());
      return inside ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    };
  }

  /**
   * Resources of a class loader.
   *
   * @param prefix a folder such as {@code com/example/web}
   */
  static StaticFiles resources(String prefix, ClassLoader loader) {
    return path -> {
      try (InputStream in = loader.getResourceAsStream(prefix + "/" + String.join("/", path))) {
        return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
      }
    };
  }
}
