package dev.holdfast.todo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TodoTest {

  @TempDir Path dir;
  private int exit;

  /** What a run prints, on either stream. Each run is a program of its own to the list. */
  private String todo(String place, String... args) {
    StringWriter out = new StringWriter();
    CommandLine line = Todo.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--storage");
    all.add(place);
    exit = line.execute(all.toArray(String[]::new));
    return out.toString();
  }

  @Test
  void theListOutlivesEachRun() {
    String folder = dir.toString();
    assertThat(todo(folder, "list")).isEqualToNormalizingNewlines("0 to do\n");
    todo(folder, "add", "buy", "milk");
    todo(folder, "add", "sleep");
    todo(folder, "done", "1");
    assertThat(todo(folder))
        .isEqualToNormalizingNewlines(" 1 [x] buy milk\n 2 [ ] sleep\n1 to do\n");
    assertThat(todo(folder, "clear")).isEqualToNormalizingNewlines(" 1 [ ] sleep\n1 to do\n");
    assertThat(todo(folder, "remove", "1")).isEqualToNormalizingNewlines("0 to do\n");
  }

  @Test
  void theListLivesInSqliteToo() {
    String place = "sqlite:" + dir.resolve("todo.db");
    todo(place, "add", "buy milk");
    assertThat(todo(place)).contains("buy milk");
    assertThat(dir.resolve("todo.db")).isRegularFile();
  }

  @Test
  void aNumberThatIsNotThereIsSaid() {
    assertThat(todo(dir.toString(), "done", "1")).contains("There is nothing on the list");
    assertThat(exit).isEqualTo(2);
    todo(dir.toString(), "add", "sleep");
    assertThat(todo(dir.toString(), "remove", "7")).contains("There is no number 7: say 1 to 1");
  }

  @Test
  void aPlaceThatCannotBeUsedIsSaidInALine() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    assertThat(todo(file.toString(), "add", "sleep")).startsWith("todo: ").contains("file");
    assertThat(exit).isEqualTo(1);
  }

  @Test
  void aPlaceThatIsNoneIsRefused() {
    for (String none : List.of("redis:foo", "sqlit:todo.db", "sqlite:", " ")) {
      assertThat(todo(none)).contains("sqlite:FILE or a folder, got \"" + none + "\"");
      assertThat(exit).isEqualTo(2);
    }
  }

  @Test
  void aListThatCannotBeReadIsNamedAndLeftAsItIs() throws IOException {
    Path file = Files.writeString(dir.resolve("todos.json"), "junk");
    assertThat(todo(dir.toString(), "add", "sleep"))
        .startsWith("todo: ")
        .contains("left as it is", dir.toString());
    assertThat(exit).isEqualTo(1);
    assertThat(file).hasContent("junk");
  }

  @Test
  void severalProgramsAtOnceLoseNothing() throws Exception {
    List<Process> programs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      programs.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.holdfast.todo.Todo",
                  "add",
                  "item " + i,
                  "--storage",
                  dir.toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process program : programs) {
      String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(program.exitValue()).as(said).isZero();
    }
    assertThat(todo(dir.toString())).contains("item 0", "item 1", "item 2", "3 to do");
  }
}
