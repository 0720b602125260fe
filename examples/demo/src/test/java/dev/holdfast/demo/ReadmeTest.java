package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what compiles, and does what it says. */
final class ReadmeTest {

  private static final Path ROOT = Path.of("../..");
  private static final Path PROGRAM = Path.of("src/test/java/dev/holdfast/demo/ReadmeProgram.java");

  @TempDir Path folder;

  @Test
  void showsTheProgramThatIsCompiled() throws Exception {
    String source = Files.readString(PROGRAM);
    String compiled =
        source
            .substring(source.indexOf("// begin\n") + 9, source.indexOf("  // end"))
            .stripTrailing()
            .stripIndent();
    String readme = Files.readString(ROOT.resolve("README.md"));
    String shown = readme.substring(readme.indexOf("```java\n") + 8);
    shown = shown.substring(0, shown.indexOf("```"));
    assertThat(shown.strip()).isEqualTo(compiled.strip());
  }

  @Test
  void theProgramCountsItsRunsOverRestarts() throws Exception {
    assertThat(run()).isEqualTo("Run 1");
    assertThat(run()).isEqualTo("Run 2");
  }

  private String run() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ReadmeProgram.class.getName())
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return out;
  }
}
