package dev.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Figures for people.
 *
 * @param title above it
 * @param note what the figures mean; one paragraph
 * @param head the names of the columns; the first is for text, the others for figures
 * @param rows as many cells each as the head has
 */
record Table(String title, String note, List<String> head, List<List<String>> rows) {

  /** As a section of a Markdown page. */
  String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("## " + title);
    lines.add("");
    lines.add(note);
    lines.add("");
    lines.add(row(head));
    lines.add("|---" + "|--:".repeat(head.size() - 1) + "|");
    rows.forEach(cells -> lines.add(row(cells)));
    lines.add("");
    return String.join("\n", lines);
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** In columns, for a terminal. */
  String text() {
    List<String> lines = new ArrayList<>();
    lines.add(title);
    lines.add(aligned(head));
    rows.forEach(cells -> lines.add(aligned(cells)));
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  private String aligned(List<String> cells) {
    StringBuilder line = new StringBuilder("  ");
    for (int i = 0; i < cells.size(); i++) {
      int column = i;
      int width =
          Math.max(
              head.get(i).length(),
              rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
      String pad = " ".repeat(width - cells.get(i).length());
      line.append(i == 0 ? cells.get(i) + pad : "  " + pad + cells.get(i));
    }
    return line.toString().stripTrailing();
  }
}
