package dev.holdfast.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What a run has found out, told as it comes. */
final class Findings {

  private final PrintStream out;
  private final List<Table> tables = new ArrayList<>();
  private final List<Bars> charts = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final Map<Goal, Series> ratios = new EnumMap<>(Goal.class);

  Findings(PrintStream out) {
    this.out = out;
  }

  void add(Table table) {
    tables.add(table);
    out.println(table.text());
  }

  void add(Bars chart) {
    charts.add(chart);
  }

  /** What was measured for a goal, round by round; null if its peers did not come through. */
  void add(Goal goal, @Nullable Series series) {
    if (series != null) {
      ratios.put(goal, series);
    }
  }

  /** A peer did not come through. */
  void failed(String why) {
    failures.add(why);
    out.println(why);
  }

  List<String> failures() {
    return failures;
  }

  List<Table> tables() {
    return tables;
  }

  List<Bars> charts() {
    return charts;
  }

  /** Empty if nothing was measured for it. */
  OptionalDouble ratio(Goal goal) {
    Series series = ratios.get(goal);
    return series == null ? OptionalDouble.empty() : OptionalDouble.of(series.median());
  }

  /** One line for each goal, in their order. */
  List<String> ratioLines() {
    List<String> lines = new ArrayList<>();
    for (Goal goal : Goal.values()) {
      OptionalDouble ratio = ratio(goal);
      lines.add(ratio.isPresent() ? goal.line(ratio.getAsDouble()) : goal.missing());
    }
    return lines;
  }

  /** The same for the page, with what the rounds differ by. */
  Table ratioTable() {
    List<List<String>> rows = new ArrayList<>();
    for (Goal goal : Goal.values()) {
      Series series = ratios.get(goal);
      rows.add(
          series == null
              ? List.of(goal.title(), "missing", "", bound(goal), "missing")
              : List.of(
                  goal.title(),
                  figure(series.median()),
                  figure(series.least()) + " to " + figure(series.most()),
                  bound(goal),
                  goal.isReached(series.median()) ? "ok" : "short"));
    }
    return new Table(
        "Ratios",
        "The median of the rounds' ratios, and how far they lie apart.",
        List.of("ratio", "value", "rounds", "goal", ""),
        rows);
  }

  private static String bound(Goal goal) {
    return (goal.isHigherBetter() ? "≥ " : "≤ ") + figure(goal.bound());
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
  }
}
