package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Node, and the packages pinned in {@code src/test/npm}, which are installed into the target
 * folder.
 */
final class Node {

  private static final Path PINNED = Path.of("src/test/npm");
  private static final Path INSTALLED = Path.of("target/npm");
  private static final List<String> FILES = List.of("package.json", "package-lock.json");

  private Node() {}

  /** Node itself, or ends the test. */
  static Path require() {
    return Machine.require("node", "nodejs");
  }

  /** A file of one of the packages, or ends the test where they cannot be had. */
  static synchronized Path packaged(String file) throws IOException, InterruptedException {
    require();
    if (!isInstalled()) {
      install();
    }
    return INSTALLED.resolve("node_modules").resolve(file).toAbsolutePath();
  }

  /** A script of {@code src/test/npm}, where it finds the packages. */
  static Path script(String name) throws IOException, InterruptedException {
    packaged("");
    Path copy = INSTALLED.resolve(name);
    Files.copy(PINNED.resolve(name), copy, StandardCopyOption.REPLACE_EXISTING);
    return copy.toAbsolutePath();
  }

  private static boolean isInstalled() throws IOException {
    // npm notes what it has installed when it is done.
    if (!Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))) {
      return false;
    }
    for (String file : FILES) {
      Path copy = INSTALLED.resolve(file);
      if (!Files.exists(copy) || Files.mismatch(PINNED.resolve(file), copy) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static void install() throws IOException, InterruptedException {
    Path npm = Machine.require("npm");
    Files.createDirectories(INSTALLED);
    for (String file : FILES) {
      Files.write(INSTALLED.resolve(file), Files.readAllBytes(PINNED.resolve(file)));
    }
    Outcome outcome = run(INSTALLED, List.of("" + npm, "ci", "--ignore-scripts", "--no-audit"));
    if (outcome.code() != 0) {
      throw Machine.missing("npm could not install: " + outcome.output().strip(), null);
    }
  }

  /** Runs node in a folder until it ends. */
  static Outcome run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(require().toString()));
    command.addAll(List.of(arguments));
    return run(folder, command);
  }

  private static Outcome run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("node", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }

  /** How a run ended, and what it printed. */
  record Outcome(int code, String output) {

    /** Fails with what was printed, unless all went well. */
    void isFine() {
      assertThat(code).as(output).isZero();
    }
  }
}
