package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {

  @TempDir Path folder;

  @Test
  void thePageAndItsChartsAreWritten() throws IOException {
    Findings findings = new Findings(System.out);
    Bars bars = Bars.of("Speed", "per second", List.of("100 bytes"));
    bars.heights().put("Holdfast", List.of(1_000.0));
    findings.add(bars);
    new Report(Plan.FULL, findings, Machine.here(folder), 60).write(folder);
    assertThat(folder.resolve("RESULTS.md")).content().contains("![Speed](results-1.svg)");
    assertThat(folder.resolve("results-1.svg")).content().contains("<svg");
  }

  @Test
  void theMachineIsDescribedWithoutNamesOfFoldersAndHosts() throws IOException {
    String facts = Machine.here(folder).markdown();
    assertThat(facts)
        .contains("cores for the JVM", "GiB of memory", "4 KiB forced", "Hazelcast", "SQLite")
        .doesNotContain(folder.toString(), System.getProperty("user.name") + "@");
  }
}
