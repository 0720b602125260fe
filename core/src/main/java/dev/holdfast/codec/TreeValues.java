package dev.holdfast.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values of Java as JSON, as far as a step may put them into a {@link JsonTree}. */
final class TreeValues {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TreeValues() {}

  static JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case EditableTree tree -> tree.root().deepCopy();
      case CharSequence text -> NODES.stringNode(text.toString());
      case Character c -> NODES.stringNode(c.toString());
      case Enum<?> constant -> NODES.stringNode(constant.name());
      case Boolean b -> NODES.booleanNode(b);
      case Integer n -> NODES.numberNode(n.intValue());
      case Short n -> NODES.numberNode(n.intValue());
      case Byte n -> NODES.numberNode(n.intValue());
      case Long n -> whole(n);
      case BigInteger n -> n.bitLength() < Long.SIZE ? whole(n.longValue()) : NODES.numberNode(n);
      case BigDecimal n -> NODES.numberNode(n);
      case Float n -> fraction(n.toString());
      case Double n -> fraction(n.toString());
      case Collection<?> list -> list(list);
      case Map<?, ?> map -> object(map);
      default ->
          throw new IllegalArgumentException(
              "A step puts text, numbers, booleans, lists and maps into a state, not a "
                  + value.getClass().getName());
    };
  }

  /** In the form in which such a number is read. */
  private static JsonNode whole(long n) {
    return n == (int) n ? NODES.numberNode((int) n) : NODES.numberNode(n);
  }

  private static JsonNode fraction(String text) {
    return switch (text) {
      case "NaN", "Infinity", "-Infinity" -> NODES.stringNode(text);
      case "-0.0" -> NODES.numberNode(-0.0d);
      default -> NODES.numberNode(new BigDecimal(text));
    };
  }

  private static JsonNode list(Collection<?> values) {
    ArrayNode list = NODES.arrayNode(values.size());
    values.forEach(value -> list.add(node(value)));
    return list;
  }

  private static JsonNode object(Map<?, ?> values) {
    ObjectNode object = NODES.objectNode();
    values.forEach(
        (key, value) -> {
          if (!(key instanceof String name)) {
            throw new IllegalArgumentException("The keys of a map in a state are text");
          }
          object.set(name, node(value));
        });
    return object;
  }
}
