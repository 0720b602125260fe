package dev.holdfast.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What a run can consist of. */
enum Part {
  COMMITTED,
  BEHIND,
  HOT,
  HEAP,
  RESTORE,
  WIRE,
  GROWTH,
  STORE,
  LATENCY,
  KILL;

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> titles() {
    return Arrays.stream(values()).map(Part::title).toList();
  }

  /**
   * The part of a name, whatever its case.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest
   */
  static Part of(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    for (Part part : values()) {
      if (part.title().equals(wanted)) {
        return part;
      }
    }
    String nearest =
        titles().stream()
            .min(Comparator.comparingInt(title -> distance(wanted, title)))
            .orElseThrow();
    throw new IllegalArgumentException(
        "No part of the benchmarks is named \"%s\"; did you mean \"%s\"? There are %s"
            .formatted(name, nearest, String.join(", ", titles())));
  }

  /** How many characters to insert, remove or replace. */
  private static int distance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    Arrays.setAll(previous, j -> j);
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replace = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[to.length()];
  }
}
