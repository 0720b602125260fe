package dev.holdfast.test;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where two JSON trees differ, one line for each place. */
final class JsonDifference {

  private final List<String> lines = new ArrayList<>();

  private JsonDifference() {}

  static List<String> between(JsonNode expected, JsonNode actual) {
    JsonDifference difference = new JsonDifference();
    difference.compare("", expected, actual);
    return difference.lines;
  }

  private void compare(String path, @Nullable JsonNode expected, @Nullable JsonNode actual) {
    if (expected == null || actual == null) {
      differ(path, expected, actual);
    } else if (expected.isObject() && actual.isObject()) {
      Set<String> names = new LinkedHashSet<>(expected.propertyNames());
      names.addAll(actual.propertyNames());
      for (String name : names) {
        compare(path.isEmpty() ? name : path + "." + name, expected.get(name), actual.get(name));
      }
    } else if (expected.isArray() && actual.isArray()) {
      for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
        compare("%s[%d]".formatted(path, i), expected.get(i), actual.get(i));
      }
    } else if (!isSameValue(expected, actual)) {
      differ(path, expected, actual);
    }
  }

  private static boolean isSameValue(JsonNode expected, JsonNode actual) {
    boolean numbers = expected.isNumber() && actual.isNumber();
    return numbers
        ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
        : expected.equals(actual);
  }

  private void differ(String path, @Nullable JsonNode expected, @Nullable JsonNode actual) {
    lines.add(
        "%s: %s, not %s".formatted(path.isEmpty() ? "all" : path, shown(actual), shown(expected)));
  }

  private static String shown(@Nullable JsonNode node) {
    return node == null ? "missing" : node.toString();
  }
}
