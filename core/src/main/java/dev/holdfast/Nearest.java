package dev.holdfast;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that somebody may have meant. */
final class Nearest {

  private static final int LONGEST_COMPARED = 100;

  private Nearest() {}

  /** Ends a message: the nearest name, or all of a few, or nothing. */
  static String hint(String given, Collection<String> valid) {
    if (valid.isEmpty()) {
      return "; it has none";
    }
    String wanted = given.substring(0, Math.min(given.length(), LONGEST_COMPARED));
    String nearest =
        valid.stream().min(Comparator.comparingInt(name -> distance(wanted, name))).orElseThrow();
    return distance(wanted, nearest) <= Math.max(2, nearest.length() / 2)
        ? "; did you mean \"" + nearest + "\"?"
        : "; it has " + String.join(", ", valid);
  }

  /** How many characters to insert, remove or replace, whatever their case. */
  private static int distance(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
