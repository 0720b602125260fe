package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a member is, as users write it: names with dots between them. A dot or backslash inside a
 * name has a backslash before it.
 */
final class MemberPath {

  private MemberPath() {}

  /**
   * The names on the way.
   *
   * @throws IllegalArgumentException if a name is empty, or a backslash stands before anything else
   */
  static List<String> parse(String path) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\') {
        i++;
        if (i == path.length() || (path.charAt(i) != '.' && path.charAt(i) != '\\')) {
          throw new IllegalArgumentException(
              "Path \"%s\": a backslash stands before a dot or a backslash only".formatted(path));
        }
        name.append(path.charAt(i));
      } else if (c == '.') {
        names.add(take(name, path));
      } else {
        name.append(c);
      }
    }
    names.add(take(name, path));
    return List.copyOf(names);
  }

  private static String take(StringBuilder name, String path) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "Path \"%s\" has an empty name: a path is names with dots between them".formatted(path));
    }
    String taken = name.toString();
    name.setLength(0);
    return taken;
  }

  /** The inverse of {@link #parse}. */
  static String text(List<String> names) {
    return String.join(".", names.stream().map(MemberPath::escape).toList());
  }

  private static String escape(String name) {
    return name.replace("\\", "\\\\").replace(".", "\\.");
  }
}
