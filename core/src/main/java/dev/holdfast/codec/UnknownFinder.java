package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Finds what a stored state has that its shape does not know (law R5). */
final class UnknownFinder {

  private UnknownFinder() {}

  /** Whether there is any. */
  static boolean any(Shape shape, JsonNode stored) {
    return find(shape, stored, stored) != null;
  }

  /**
   * All of it; null if there is none.
   *
   * @param known the same state as this program writes it
   */
  static @Nullable Unknown find(Shape shape, JsonNode stored, JsonNode known) {
    return switch (shape) {
      case Shape.Scalar scalar -> null;
      case Shape.Maybe maybe -> find(maybe.content(), stored, known);
      case Shape.Sequence sequence -> elements(sequence, stored, known);
      case Shape.Mapping mapping -> values(mapping.value(), stored, known);
      case Composite composite -> members(composite, stored, known, null);
      case Variants variants -> variant(variants, stored, known);
    };
  }

  private static @Nullable Unknown variant(Variants shape, JsonNode stored, JsonNode known) {
    Composite variant = shape.oneValue() ? null : shape.named(stored);
    return variant == null || !Variants.alike(stored, known)
        ? null
        : members(variant, stored, known, Variants.nameIn(stored));
  }

  private static @Nullable Unknown members(
      Composite shape, JsonNode stored, JsonNode known, @Nullable String variant) {
    if (shape.oneValue() || !stored.isObject() || !known.isObject()) {
      return null;
    }
    Map<String, JsonNode> own = new LinkedHashMap<>();
    Map<String, Unknown> within = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : stored.properties()) {
      Part part = shape.part(member.getKey());
      JsonNode now = part == null ? null : part.in(known);
      if (part != null && now != null) {
        Unknown found = find(part.shape(), member.getValue(), now);
        if (found != null) {
          within.put(part.knownName(), found);
        }
      } else if (part == null && shape.isUnknown(member.getKey())) {
        own.put(member.getKey(), member.getValue());
      }
    }
    return own.isEmpty() && within.isEmpty() ? null : new Unknown.Members(own, within, variant);
  }

  private static @Nullable Unknown elements(Shape.Sequence shape, JsonNode stored, JsonNode known) {
    boolean alike = stored.isArray() && known.isArray() && stored.size() == known.size();
    if (!alike || shape.element() instanceof Shape.Scalar || !keepsOrder(shape.type())) {
      return null;
    }
    List<Unknown.Element> elements = new ArrayList<>(stored.size());
    boolean any = false;
    for (int i = 0; i < stored.size(); i++) {
      Unknown found = find(shape.element(), stored.get(i), known.get(i));
      any |= found != null;
      elements.add(new Unknown.Element(known.get(i), found));
    }
    return any ? new Unknown.Elements(elements) : null;
  }

  /** Whether what is read stands in the same place as in the stored form. */
  private static boolean keepsOrder(Class<?> type) {
    return !SortedSet.class.isAssignableFrom(type) && !type.getSimpleName().startsWith("Priority");
  }

  private static @Nullable Unknown values(Shape value, JsonNode stored, JsonNode known) {
    if (value instanceof Shape.Scalar || !stored.isObject() || !known.isObject()) {
      return null;
    }
    Map<String, Unknown> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : stored.properties()) {
      JsonNode now = known.get(entry.getKey());
      Unknown found = now == null ? null : find(value, entry.getValue(), now);
      if (found != null) {
        values.put(entry.getKey(), found);
      }
    }
    return values.isEmpty() ? null : new Unknown.Values(values);
  }
}
