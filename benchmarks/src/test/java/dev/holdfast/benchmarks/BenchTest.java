package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class BenchTest {

  private final StringWriter said = new StringWriter();

  private int run(String... args) {
    CommandLine line = Bench.commandLine();
    line.setErr(new PrintWriter(said));
    return line.execute(args);
  }

  @Test
  void anUnknownPartIsNamedWithTheNearest() {
    assertThat(run("--only", "hot,comitted")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString()).contains("\"comitted\"").contains("did you mean \"committed\"?");
  }

  @Test
  void anUnknownOptionIsNamedWithTheNearest() {
    assertThat(run("--quik")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString()).contains("--quik").contains("--quick");
  }

  @Test
  void aNegativeCountOfSessionsIsNamed() {
    assertThat(run("--idle-sessions", "-3")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString()).contains("1000 or more, because so many act, got -3");
  }
}
