package dev.holdfast.codec;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which members of a record or plain class belong in its stored form, and what of each.
 *
 * @param members those that do, by name; null for all of them, whole
 */
record Selection(@Nullable Map<String, Selection> members) {

  static final Selection ALL = new Selection(null);

  boolean isAll() {
    return members == null;
  }

  /** What of a member; null for nothing. */
  private @Nullable Selection of(String name) {
    return members == null ? ALL : members.get(name);
  }

  /**
   * A tree without what does not belong in the stored form. What the shape does not know stays, and
   * so does what does not fit it: to refuse that is the reader's business.
   */
  JsonNode of(Shape shape, JsonNode node) {
    if (isAll() && !shape.holdsEphemeral()) {
      return node;
    }
    return switch (shape) {
      case Shape.Scalar scalar -> node;
      case Shape.Maybe maybe -> of(maybe.content(), node);
      case Shape.Sequence sequence -> elements(sequence.element(), node);
      case Shape.Mapping mapping -> values(mapping.value(), node);
      case Composite composite -> members(composite, node);
      case Variants variants -> {
        Composite variant = variants.oneValue() ? null : variants.named(node);
        yield variant == null ? node : members(variant, node);
      }
    };
  }

  private static JsonNode elements(Shape element, JsonNode node) {
    if (!node.isArray()) {
      return node;
    }
    ArrayNode selected = JsonNodeFactory.instance.arrayNode(node.size());
    node.forEach(item -> selected.add(ALL.of(element, item)));
    return selected;
  }

  private static JsonNode values(Shape value, JsonNode node) {
    if (!node.isObject()) {
      return node;
    }
    ObjectNode selected = JsonNodeFactory.instance.objectNode();
    node.properties().forEach(e -> selected.set(e.getKey(), ALL.of(value, e.getValue())));
    return selected;
  }

  private JsonNode members(Composite shape, JsonNode node) {
    if (shape.oneValue() || !node.isObject()) {
      return node;
    }
    ObjectNode selected = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      Part part = shape.part(entry.getKey());
      if (part == null) {
        selected.set(entry.getKey(), entry.getValue());
      } else if (!part.ephemeral()) {
        Selection within = of(part.knownName());
        if (within != null) {
          selected.set(entry.getKey(), within.of(part.shape(), entry.getValue()));
        }
      }
    }
    return selected;
  }
}
