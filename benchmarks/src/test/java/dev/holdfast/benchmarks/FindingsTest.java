package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FindingsTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Findings findings = new Findings(new PrintStream(said, true, UTF_8));

  @Test
  void everyGoalHasALineAlsoWithoutAnyFigure() {
    findings.add(Goal.COMMITTED_VS_RAW_STORE, Series.of(0.8, 1.0, 0.95));
    findings.add(Goal.BEHIND_VS_INFINISPAN, null);
    assertThat(findings.ratioLines())
        .hasSize(Goal.values().length)
        .startsWith("RATIO committed-vs-raw-store 0.95 0.90 ok")
        .contains("RATIO behind-vs-infinispan missing 5.00 missing");
  }

  @Test
  void aTableIsToldAsItComes() {
    findings.add(
        new Table("Speed", "Of light.", List.of("peer", "m/s"), List.of(List.of("sun", "3"))));
    assertThat(said.toString(UTF_8).lines())
        .containsSequence("Speed", "  peer  m/s", "  sun     3");
  }

  @Test
  void thePageHasTheRatiosTheMachineAndEachTable() {
    findings.add(Goal.GROWTH_1K_TO_1M, Series.of(1.2));
    findings.add(
        new Table("Speed", "Of light.", List.of("peer", "m/s"), List.of(List.of("sun", "3"))));
    findings.failed("The moon failed: no light of its own");
    String page =
        new Report(Plan.QUICK, findings, new Machine(List.of("2 cores")), 60).markdown(List.of());
    assertThat(page)
        .contains("--quick")
        .contains("- 2 cores")
        .contains("| growth-1k-to-1m | 1.20 | 1.20 to 1.20 | ≤ 1.30 | ok |")
        .contains("| behind-vs-hazelcast | missing |")
        .contains("| sun | 3 |")
        .contains("Failed: The moon failed");
  }
}
