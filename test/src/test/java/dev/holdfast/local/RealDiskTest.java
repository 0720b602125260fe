package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs on file systems that are full or read-only: small ones in memory, mounted for each
 * program where the system lets a program have mounts of its own.
 */
class RealDiskTest {

  private static final Path UNSHARE = Path.of("/usr/bin/unshare");

  @TempDir Path dir;

  /** What a program prints that has a file system of 48 KiB at the folder. */
  private List<String> run(String act) throws IOException, InterruptedException {
    assumeTrue(mayMount(), "Linux, with mounts of one's own");
    Process child =
        unshare(
                "mount -t tmpfs -o size=48k none \"$0\" && exec \"$@\"",
                dir.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                dir.toString(),
                act)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines = child.inputReader().lines().toList();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as("%s", lines).isZero();
    return lines;
  }

  private static boolean mayMount() throws IOException, InterruptedException {
    return Files.isExecutable(UNSHARE)
        && unshare("mount -t tmpfs none /tmp")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }

  private static ProcessBuilder unshare(String script, String... args) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(UNSHARE.toString(), "--map-root-user", "--mount", "/bin/sh", "-c", script));
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  @Test
  @DisplayName("hazard 57, S3: a full disk leaves the old file, is said, and saving resumes")
  void aFullDiskLeavesTheOldFile() throws Exception {
    List<String> lines = run("full");
    assertThat(lines.get(0)).startsWith("problem").contains("tally.json").contains("No space left");
    assertThat(lines.subList(1, lines.size()))
        .containsExactly("stored 1", "in memory 2", "stored 3", "[tally.json, tally.lock]");
  }

  @Test
  @DisplayName("hazard 57, S3: a disk that becomes read-only is said, and saving resumes")
  void aDiskThatBecomesReadOnlyIsSaid() throws Exception {
    List<String> lines = run("read-only");
    assertThat(lines.get(0)).startsWith("problem").contains("tally.").contains("Read-only");
    assertThat(lines.subList(1, lines.size()))
        .containsExactly("stored 1", "in memory 2", "stored 2", "[tally.json, tally.lock]");
  }

  @Test
  @DisplayName("hazard 66, R2: a read-only folder fails at definition, naming it")
  void aReadOnlyFolderFailsAtDefinition() throws Exception {
    assertThat(run("definition"))
        .first()
        .asString()
        .startsWith("refused")
        .contains(dir.toString())
        .contains("Read-only");
  }

  /** The program. */
  static final class Child {
    private static final String KEY = "tally";

    private final Path folder;
    private final Storage storage;
    private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();

    private Child(Path folder) {
      this.folder = folder;
      this.storage = Storage.inFolder(folder);
    }

    public static void main(String[] args) throws Exception {
      Child child = new Child(Path.of(args[0]));
      switch (args[1]) {
        case "full" -> child.full();
        case "read-only" -> child.readOnly();
        default -> child.definition();
      }
      System.exit(0);
    }

    private LocalState<Tally> define() {
      return LocalState.define(
          new Tally(Map.of(), ""),
          o ->
              o.persist(
                  p ->
                      p.key(KEY)
                          .storage(storage)
                          .onError(error -> problems.add(String.valueOf(error.getMessage())))));
    }

    private void full() throws Exception {
      LocalState<Tally> tally = define();
      save(tally, 1);
      tally.update(t -> new Tally(Map.of("child", 2), "x".repeat(60_000)));
      shown(tally);
      save(tally, 3);
      left();
    }

    private void readOnly() throws Exception {
      LocalState<Tally> tally = define();
      save(tally, 1);
      remount("ro");
      tally.update(t -> new Tally(Map.of("child", 2), ""));
      shown(tally);
      remount("rw");
      tally.flush();
      stored();
      left();
    }

    private void definition() throws Exception {
      remount("ro");
      try {
        System.out.println("defined " + define());
      } catch (RuntimeException e) {
        System.out.println("refused " + e.getMessage());
      }
    }

    private void remount(String how) throws IOException, InterruptedException {
      int exit =
          new ProcessBuilder("mount", "-o", "remount," + how, folder.toString())
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("mount ended with " + exit);
      }
    }

    private void save(LocalState<Tally> tally, int count) {
      tally.update(t -> new Tally(Map.of("child", count), ""));
      tally.flush();
      if (count > 1) {
        stored();
      }
    }

    /** Once the first problem is known. */
    private void shown(LocalState<Tally> tally) throws InterruptedException {
      System.out.println("problem " + problems.take());
      stored();
      System.out.println("in memory " + tally.state().of("child"));
    }

    private void stored() {
      String item = String.valueOf(storage.getItem(KEY));
      int at = item.indexOf("\"child\":");
      System.out.println("stored " + item.substring(at + 8, at + 9));
    }

    private void left() throws IOException {
      try (var files = Files.list(folder)) {
        System.out.println(files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
      }
    }
  }
}
