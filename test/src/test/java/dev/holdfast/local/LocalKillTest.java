package dev.holdfast.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.save.SavePolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are killed, and programs that share a folder. */
class LocalKillTest {

  private static final int KILLS = Integer.getInteger("holdfast.kills", 10);

  @TempDir Path dir;

  private Process child(String name, int changes) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            SavingChild.class.getName(),
            dir.toString(),
            "tally",
            name,
            Integer.toString(changes))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private Tally stored() {
    LocalState<Tally> tally = Tally.open(Storage.inFolder(dir), "tally", SavePolicy.committed());
    tally.dispose();
    return tally.state();
  }

  @Test
  @DisplayName("A3: a program killed in the middle of saving leaves the old file or the new, whole")
  @Timeout(value = 30, unit = TimeUnit.MINUTES) // of a hundred kills on a machine with other work
  void aKillLeavesTheOldFileOrTheNewOne() throws Exception {
    Random random = new Random(7);
    int told = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process child = child("child", 0);
      int before = stored().of("child");
      int saved;
      try (BufferedReader lines = child.inputReader()) {
        assertThat(lines.readLine()).isEqualTo("ready");
        saved = saved(lines, 1 + random.nextInt(40));
        child.toHandle().destroyForcibly(); // Wherever it is by now: it does not wait for us.
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          saved = line.startsWith("saved ") ? number(line, saved) : saved;
        }
      }
      assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
      Tally after = stored();
      assertThat(after.of("child")).isBetween(before + saved, before + saved + 1);
      assertThat(after.padding()).isEqualTo(String.valueOf(after.of("child") % 10).repeat(20_000));
      told += saved;
    }
    assertThat(told).isGreaterThanOrEqualTo(KILLS);
    try (var files = Files.list(dir)) {
      assertThat(files.count()).as("files, one half-written at most").isLessThanOrEqualTo(3);
    }
  }

  private static int saved(BufferedReader lines, int changes) throws IOException {
    int saved = 0;
    while (saved < changes) {
      saved = number(requireNonNull(lines.readLine()), saved);
    }
    return saved;
  }

  /** A line may be cut by the kill. */
  private static int number(String line, int otherwise) {
    return line.matches("saved \\d+")
        ? Math.max(otherwise, Integer.parseInt(line.substring(6)))
        : otherwise;
  }

  @Test
  @DisplayName("S4: programs that write one folder lose nothing that they were told is saved")
  void programsThatShareAFolderLoseNothing() throws Exception {
    int changes = 50;
    List<Process> children = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      children.add(child(name, changes));
    }
    for (Process child : children) {
      List<String> lines = child.inputReader().lines().toList();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).isZero();
      assertThat(lines.getLast()).isEqualTo("saved " + changes);
    }
    assertThat(stored().of("a")).isEqualTo(changes);
    assertThat(stored().of("b")).isEqualTo(changes);
  }

  @Test
  @DisplayName("S6: a program that ends saves what it has not saved yet")
  void aProgramThatEndsSaves() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndingChild.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(stored().of("ending")).isEqualTo(1);
  }

  /** Changes a state that would be saved in an hour, and ends. */
  static final class EndingChild {
    private EndingChild() {}

    public static void main(String[] args) {
      SavePolicy late = SavePolicy.writeBehind(Duration.ofHours(1), Duration.ofHours(1));
      Tally.open(Storage.inFolder(Path.of(args[0])), "tally", late).update(t -> t.plus("ending"));
    }
  }
}
