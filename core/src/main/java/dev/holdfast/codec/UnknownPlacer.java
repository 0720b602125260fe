package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts what a program does not know back to where it was, in a state that has changed since (law
 * R5): at the same place of records, classes and maps, and in the elements of lists that are as
 * they were. What has no place any more goes.
 */
final class UnknownPlacer {

  private UnknownPlacer() {}

  /**
   * Writes into the tree.
   *
   * @param live the state as this program writes it; changed
   * @return what found its place; null for nothing
   */
  static @Nullable Unknown place(Shape shape, Unknown unknown, JsonNode live) {
    return switch (shape) {
      case Shape.Scalar scalar -> null;
      case Shape.Maybe maybe -> place(maybe.content(), unknown, live);
      case Shape.Sequence sequence when unknown instanceof Unknown.Elements elements ->
          live.isArray() ? elements(sequence.element(), elements.elements(), live) : null;
      case Shape.Mapping mapping when unknown instanceof Unknown.Values values ->
          live.isObject() ? values(mapping.value(), values, live) : null;
      case Composite composite when unknown instanceof Unknown.Members members ->
          live instanceof ObjectNode object ? members(composite, members, object) : null;
      case Variants variants when unknown instanceof Unknown.Members members -> {
        Composite variant = variants.named(live);
        boolean same = Objects.equals(members.variant(), Variants.nameIn(live));
        yield variant != null && same && live instanceof ObjectNode object
            ? members(variant, members, object)
            : null;
      }
      default -> null;
    };
  }

  private static @Nullable Unknown members(
      Composite shape, Unknown.Members unknown, ObjectNode live) {
    Map<String, Unknown> within = new LinkedHashMap<>();
    unknown
        .within()
        .forEach(
            (name, part) -> {
              Part known = shape.part(name);
              JsonNode member = live.get(name);
              Unknown placed =
                  known == null || member == null ? null : place(known.shape(), part, member);
              if (placed != null) {
                within.put(name, placed);
              }
            });
    unknown.own().forEach(live::putIfAbsent);
    return unknown.own().isEmpty() && within.isEmpty()
        ? null
        : new Unknown.Members(unknown.own(), within, unknown.variant());
  }

  private static @Nullable Unknown values(Shape value, Unknown.Values unknown, JsonNode live) {
    Map<String, Unknown> values = new LinkedHashMap<>();
    unknown
        .values()
        .forEach(
            (key, part) -> {
              JsonNode entry = live.get(key);
              Unknown placed = entry == null ? null : place(value, part, entry);
              if (placed != null) {
                values.put(key, placed);
              }
            });
    return values.isEmpty() ? null : new Unknown.Values(values);
  }

  private static @Nullable Unknown elements(
      Shape element, List<Unknown.Element> before, JsonNode live) {
    int[] from = origins(before, live);
    List<Unknown.Element> now = new ArrayList<>(live.size());
    boolean any = false;
    for (int i = 0; i < live.size(); i++) {
      Unknown unknown = from[i] < 0 ? null : before.get(from[i]).unknown();
      JsonNode known = unknown == null ? live.get(i) : live.get(i).deepCopy();
      Unknown placed = unknown == null ? null : place(element, unknown, live.get(i));
      any |= placed != null;
      now.add(new Unknown.Element(known, placed));
    }
    return any ? new Unknown.Elements(now) : null;
  }

  /**
   * Which element each element was before, or -1: those at the beginning and at the end as far as
   * nothing has changed, and of the rest each the first that is equal and not taken.
   */
  private static int[] origins(List<Unknown.Element> before, JsonNode live) {
    int[] from = new int[live.size()];
    int least = Math.min(before.size(), from.length);
    int head = 0;
    while (head < least && isSame(before, head, live, head)) {
      from[head] = head;
      head++;
    }
    int tail = 0;
    while (tail < least - head
        && isSame(before, before.size() - 1 - tail, live, from.length - 1 - tail)) {
      tail++;
      from[from.length - tail] = before.size() - tail;
    }
    Map<JsonNode, List<Integer>> free = new LinkedHashMap<>();
    for (int i = head; i < before.size() - tail; i++) {
      free.computeIfAbsent(before.get(i).known(), known -> new ArrayList<>()).add(i);
    }
    for (int i = head; i < from.length - tail; i++) {
      List<Integer> equal = free.getOrDefault(live.get(i), List.of());
      from[i] = equal.isEmpty() ? -1 : equal.removeFirst();
    }
    return from;
  }

  private static boolean isSame(List<Unknown.Element> before, int i, JsonNode live, int j) {
    return before.get(i).known().equals(live.get(j));
  }
}
