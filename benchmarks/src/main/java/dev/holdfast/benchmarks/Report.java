package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The page that a run leaves behind, with its charts.
 *
 * @param seconds how long the run took
 */
record Report(Plan plan, Findings findings, Machine machine, long seconds) {

  private static final String PAGE = "RESULTS.md";

  /** Writes the page and the charts into a folder. */
  void write(Path folder) throws IOException {
    List<String> images = new ArrayList<>();
    for (Bars bars : findings.charts()) {
      String name = "results-%d.svg".formatted(images.size() + 1);
      Files.writeString(folder.resolve(name), Chart.svg(bars));
      images.add("![%s](%s)%n".formatted(bars.title(), name));
    }
    Files.writeString(folder.resolve(PAGE), markdown(images));
  }

  String markdown(List<String> images) {
    List<String> parts = new ArrayList<>();
    parts.add("# How fast it is\n");
    parts.add(
        """
        Written by `./holdfast bench%s`, which took %d s: %d rounds, in each of which every peer has a
        turn of %.1f s, one after the other. Each peer is a JVM of its own with the same options, and
        does the same work. Figures are medians, `rounds` says how far the rounds lie apart, and only
        ratios mean anything on another machine.
        """
            .formatted(
                plan.isWhole() ? "" : " --quick", seconds, plan.rounds(), plan.nanos() / 1e9));
    parts.add(machine.markdown());
    parts.add(findings.ratioTable().markdown());
    if (!findings.failures().isEmpty()) {
      parts.add("Failed: " + String.join("; ", findings.failures()) + ".\n");
    }
    parts.addAll(images);
    findings.tables().forEach(table -> parts.add(table.markdown()));
    return String.join("\n", parts);
  }
}
