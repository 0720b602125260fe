package dev.holdfast.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of one message, by the type that they must have. Null counts as missing. */
final class Fields {

  private static final Pattern ACTION_ID = Pattern.compile("[A-Za-z0-9_:.-]{1,64}");
  private static final int LONGEST_TEXT = 4_096;
  private static final int LONGEST_SHOWN = 60;
  private static final int MOST_MEMBERS = 64;
  private static final Set<Map.Entry<String, JsonNode>> NONE = Set.of();

  private final ObjectNode json;

  Fields(ObjectNode json) {
    this.json = json;
  }

  /** A string; it must be there. */
  String text(String field) throws WrongField {
    String text = textOrNull(field);
    if (text == null) {
      throw new WrongField("Field \"%s\" is missing".formatted(field));
    }
    return text;
  }

  @Nullable String textOrNull(String field) throws WrongField {
    JsonNode value = any(field);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw new WrongField("Field \"%s\" must be a string".formatted(field));
    }
    String text = value.stringValue();
    if (!isUsable(text)) {
      throw new WrongField(
          "Field \"%s\" must be well-formed text of at most %d characters"
              .formatted(field, LONGEST_TEXT));
    }
    return text;
  }

  private static boolean isUsable(String text) {
    return text.length() <= LONGEST_TEXT && UTF_8.newEncoder().canEncode(text);
  }

  /** A secret of our own making; one that cannot be ours is none. */
  @Nullable String tokenOrNull(String field) throws WrongField {
    JsonNode value = any(field);
    return value != null && value.isString() && !isUsable(value.stringValue())
        ? null
        : textOrNull(field);
  }

  /** The id of an action, in the form that the engine takes. */
  @Nullable String actionIdOrNull(String field) throws WrongField {
    String id = textOrNull(field);
    if (id != null && !ACTION_ID.matcher(id).matches()) {
      throw new WrongField(
          "Field \"%s\" must be 1 to 64 letters, digits, \"_\", \"-\", \":\" or \".\""
              .formatted(field));
    }
    return id;
  }

  @Nullable ObjectNode objectOrNull(String field) throws WrongField {
    JsonNode value = any(field);
    if (value == null || value instanceof ObjectNode) {
      return (ObjectNode) value;
    }
    throw new WrongField("Field \"%s\" must be an object".formatted(field));
  }

  /**
   * The members of an object, those that are no text as JSON; none if it is missing, and without
   * those that are null.
   *
   * @param most characters of names and values together
   */
  Map<String, String> texts(String field, int most) throws WrongField {
    ObjectNode object = objectOrNull(field);
    Map<String, String> texts = new LinkedHashMap<>();
    int length = 0;
    for (Map.Entry<String, JsonNode> member : object == null ? NONE : object.properties()) {
      JsonNode value = member.getValue();
      if (!value.isNull()) {
        String text = value.isString() ? value.stringValue() : value.toString();
        texts.put(member.getKey(), text);
        length += member.getKey().length() + text.length();
      }
    }
    if (length > most || texts.size() > MOST_MEMBERS) {
      throw new WrongField(
          "Field \"%s\" must have at most %d members of %d characters together"
              .formatted(field, MOST_MEMBERS, most));
    }
    return texts;
  }

  /** The elements of an array; none if it is missing. */
  List<JsonNode> list(String field, int most) throws WrongField {
    JsonNode value = any(field);
    if (value == null) {
      return List.of();
    }
    if (value instanceof ArrayNode array && array.size() <= most) {
      List<JsonNode> elements = new ArrayList<>();
      array.forEach(elements::add);
      return elements;
    }
    throw new WrongField(
        "Field \"%s\" must be an array of at most %d elements".formatted(field, most));
  }

  @Nullable JsonNode any(String field) {
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value;
  }

  /** A client's own word, as it may stand in a message. */
  static String shortened(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  /** A field is missing or has the wrong type. */
  static final class WrongField extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    WrongField(String problem) {
      super(problem, null, false, false);
      this.problem = problem;
    }

    /** What to tell the client. */
    String problem() {
      return problem;
    }
  }
}
