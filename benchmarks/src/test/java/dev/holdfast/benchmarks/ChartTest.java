package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChartTest {

  @Test
  void aChartIsSvg() throws IOException {
    Bars bars = Bars.of("Speed", "per second", List.of("100 bytes", "8,192 bytes"));
    bars.heights().put("Holdfast", List.of(100_000.0, 20_000.0));
    bars.heights().put("Another", List.of(1_000.0, 900.0));
    bars.heights().put("One that failed at the second size", List.of(1_000.0));
    assertThat(Chart.svg(bars)).contains("<svg", "width=\"1200\"", "<path");
  }
}
