package dev.holdfast.codec;

import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON into trees in which every number is exact, also the zero that has a sign. */
final class Trees {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  static final String WELL_FORMED =
      "one well-formed JSON value in UTF-8, without duplicate members, nested at most "
          + JsonMappers.MAX_DEPTH
          + " deep";

  private Trees() {}

  /**
   * The tree of one JSON value.
   *
   * @throws UndecodableStateException with an empty path, if it is none
   */
  static JsonNode read(JsonMapper mapper, byte[] json) {
    checkUtf8(json);
    try (JsonParser parser = mapper.createParser(json)) {
      if (parser.nextToken() == null) {
        throw new UndecodableStateException("", WELL_FORMED);
      }
      JsonNode tree = value(parser);
      if (parser.nextToken() != null) {
        throw new UndecodableStateException("", WELL_FORMED);
      }
      return tree;
    } catch (JacksonException | NumberFormatException e) { // An exponent past all bounds is one.
      throw new UndecodableStateException("", WELL_FORMED);
    }
  }

  /** Jackson would accept UTF-16 and UTF-32, and a mark at the beginning. */
  static void checkUtf8(byte[] json) {
    boolean other =
        json.length == 0 || json[0] == 0 || json[0] < 0 || (json.length > 1 && json[1] == 0);
    if (other) {
      throw new UndecodableStateException("", WELL_FORMED);
    }
  }

  private static JsonNode value(JsonParser parser) {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new UndecodableStateException("", WELL_FORMED);
    };
  }

  private static JsonNode object(JsonParser parser) {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.set(name, value(parser));
    }
    return object;
  }

  private static JsonNode array(JsonParser parser) {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static JsonNode integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  private static JsonNode decimal(JsonParser parser) {
    BigDecimal exact = parser.getDecimalValue();
    boolean negativeZero = exact.signum() == 0 && parser.getString().startsWith("-");
    return negativeZero ? NODES.numberNode(-0.0d) : NODES.numberNode(exact);
  }
}
