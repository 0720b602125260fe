package dev.holdfast.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lays a stored state over the defaults: what is missing takes its default, at every depth of
 * records and plain classes; everything else is as stored. What does not fit the shape is passed on
 * as it is, for the reading that follows to refuse.
 */
final class Merger {

  private Merger() {}

  /**
   * The state as it is to be read.
   *
   * @param initial the default; null where there is none, as for the elements of a list
   */
  static JsonNode merge(Shape shape, @Nullable JsonNode initial, JsonNode stored) {
    return switch (shape) {
      case Shape.Scalar scalar -> stored;
      case Shape.Maybe maybe -> merge(maybe.content(), initial, stored);
      case Shape.Sequence sequence -> elements(sequence.element(), stored);
      case Shape.Mapping mapping -> values(mapping.value(), stored);
      case Composite composite -> members(composite, initial, stored);
      case Variants variants -> variant(variants, initial, stored);
    };
  }

  private static JsonNode elements(Shape element, JsonNode stored) {
    if (element instanceof Shape.Scalar || !stored.isArray()) {
      return stored;
    }
    ArrayNode merged = JsonNodeFactory.instance.arrayNode(stored.size());
    stored.forEach(item -> merged.add(merge(element, null, item)));
    return merged;
  }

  private static JsonNode values(Shape value, JsonNode stored) {
    if (value instanceof Shape.Scalar || !stored.isObject()) {
      return stored;
    }
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : stored.properties()) {
      merged.set(entry.getKey(), merge(value, null, entry.getValue()));
    }
    return merged;
  }

  private static JsonNode variant(Variants shape, @Nullable JsonNode initial, JsonNode stored) {
    Composite variant = shape.named(stored);
    if (variant == null || shape.oneValue()) {
      return stored;
    }
    return members(variant, Variants.alike(initial, stored) ? initial : null, stored);
  }

  private static JsonNode members(Composite shape, @Nullable JsonNode initial, JsonNode stored) {
    if (shape.oneValue() || !stored.isObject()) {
      return stored;
    }
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    merged.setAll((ObjectNode) stored);
    for (Part part : shape.parts()) {
      String name = part.name();
      if (name != null) {
        JsonNode value =
            member(
                part,
                shape.isRecord(),
                initial == null ? null : initial.get(name),
                part.inStored(stored));
        for (String alias : part.aliases()) {
          if (part.equals(shape.part(alias))) {
            merged.remove(alias);
          }
        }
        put(merged, name, value);
      }
    }
    return merged;
  }

  private static @Nullable JsonNode member(
      Part part, boolean record, @Nullable JsonNode initial, @Nullable JsonNode stored) {
    if (stored != null && !(stored.isNull() && part.nullIsDefault())) {
      return merge(part.shape(), initial, stored);
    }
    return initial != null ? initial : part.withoutDefault(record);
  }

  private static void put(ObjectNode object, String name, @Nullable JsonNode value) {
    if (value == null) {
      object.remove(name);
    } else {
      object.set(name, value);
    }
  }
}
