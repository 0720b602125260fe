package dev.holdfast.server.protocol;

import dev.holdfast.server.protocol.ClientMessage.DispatchAction;
import dev.holdfast.server.protocol.ClientMessage.Hello;
import dev.holdfast.server.protocol.ClientMessage.ModuleName;
import dev.holdfast.server.protocol.ClientMessage.Refused;
import dev.holdfast.server.protocol.ClientMessage.SubscribeState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Client messages from JSON text. Fields that the protocol does not know are skipped; a field of
 * another type than the protocol's makes the message a {@link Refused} one that names the field.
 * Safe for many threads.
 */
public final class MessageReader {

  /** A developer tool's action that writes state past the actions. */
  private static final String BIND = "__hypen_bind";

  /** A hint about drawing that clients put among the payload's fields. */
  private static final String ANIMATE = "__hypenAnimate";

  private static final int MAX_MODULES = 64;
  private static final int MAX_ACCEPTED = 64;
  private static final int MAX_PROPS_LENGTH = 8_192;

  private static final String NUMBER = "A number's exponent is out of range";

  private final JsonMapper mapper;

  /**
   * A reader.
   *
   * @param maxDepth how deep objects and arrays may nest
   */
  public MessageReader(int maxDepth) {
    this.mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
  }

  /**
   * Reads one message.
   *
   * @param utf8 the text
   */
  public ClientMessage read(byte[] utf8) {
    JsonNode json;
    try {
      json = mapper.readTree(utf8);
    } catch (JacksonException e) {
      return refused("The message is not valid JSON" + place(e));
    } catch (NumberFormatException e) { // Jackson lets it through for an exponent past all bounds.
      return refused(NUMBER);
    }
    return json instanceof ObjectNode object
        ? read(object)
        : refused("The message must be a JSON object");
  }

  /** What came as a payload. */
  public sealed interface PayloadResult {}

  /** It is one; null for nothing. */
  public record Payload(@Nullable JsonNode value) implements PayloadResult {
    /** Leaves the payload out. */
    @Override
    public String toString() {
      return "Payload[]";
    }
  }

  /** It is none. */
  public record NoPayload(Failure failure) implements PayloadResult {}

  /**
   * Reads an action's payload that came by itself.
   *
   * @param utf8 the text, or nothing
   */
  public PayloadResult readPayload(byte[] utf8) {
    if (utf8.length == 0) {
      return new Payload(null);
    }
    try {
      JsonNode json = mapper.readTree(utf8);
      return new Payload(json.isNull() || json.isMissingNode() ? null : json);
    } catch (JacksonException e) {
      return new NoPayload(Failure.badMessage("The payload is not valid JSON" + place(e)));
    } catch (NumberFormatException e) {
      return new NoPayload(Failure.badMessage(NUMBER));
    }
  }

  /** Jackson's own messages quote the text. */
  private static String place(JacksonException e) {
    return e.getLocation() == null || e.getLocation().getColumnNr() < 1
        ? ""
        : ", at line %d, column %d"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  private static ClientMessage read(ObjectNode json) {
    String id = readableId(json);
    try {
      Fields fields = new Fields(json);
      String type = fields.text("type");
      return switch (type) {
        case "hello" -> hello(fields);
        case "subscribeState" -> new SubscribeState();
        case "dispatchAction" -> action(fields);
        case "updateState" ->
            new Refused(
                new Failure(
                    Failure.REFUSED, "updateState is not followed: state changes by actions only"),
                id);
        default ->
            new Refused(
                Failure.badMessage(
                    "Unknown message type \"%s\"; known are hello, subscribeState, dispatchAction"
                        .formatted(Fields.shortened(type))),
                id);
      };
    } catch (Fields.WrongField e) {
      return new Refused(Failure.badMessage(e.problem()), id);
    }
  }

  private static Hello hello(Fields fields) throws Fields.WrongField {
    return new Hello(
        fields.tokenOrNull("sessionId"),
        fields.texts("props", MAX_PROPS_LENGTH),
        modules(fields),
        patches(fields));
  }

  /** A client may accept what later servers say: words that are not known here are fine. */
  private static boolean patches(Fields fields) throws Fields.WrongField {
    return fields.list("accept", MAX_ACCEPTED).stream()
        .anyMatch(word -> word.isString() && word.stringValue().equals("statePatch"));
  }

  private static List<ModuleName> modules(Fields fields) throws Fields.WrongField {
    List<ModuleName> names = new ArrayList<>();
    for (JsonNode entry : fields.list("modules", MAX_MODULES)) {
      names.add(moduleName(entry));
    }
    if (names.stream().distinct().count() < names.size()) {
      throw new Fields.WrongField("Field \"modules\" names one module twice");
    }
    return names;
  }

  private static ModuleName moduleName(JsonNode entry) throws Fields.WrongField {
    if (entry.isString()) {
      return new ModuleName(entry.stringValue(), null);
    }
    if (entry instanceof ObjectNode object) {
      Fields fields = new Fields(object);
      return new ModuleName(fields.text("module"), fields.textOrNull("id"));
    }
    throw new Fields.WrongField(
        "Field \"modules\" must hold module names and objects {module, id} only");
  }

  private static ClientMessage action(Fields fields) throws Fields.WrongField {
    String id = fields.actionIdOrNull("id");
    String action = fields.text("action");
    if (action.equals(BIND)) {
      return new Refused(
          new Failure(Failure.REFUSED, BIND + " is not followed: state changes by actions only"),
          id);
    }
    return new DispatchAction(
        id,
        fields.text("module"),
        fields.textOrNull("instance"),
        action,
        payload(fields.any("payload")));
  }

  private static @Nullable JsonNode payload(@Nullable JsonNode given) {
    if (given instanceof ObjectNode object && object.remove(ANIMATE) != null && object.isEmpty()) {
      return null;
    }
    return given;
  }

  private static @Nullable String readableId(ObjectNode json) {
    try {
      return new Fields(json).actionIdOrNull("id");
    } catch (Fields.WrongField e) {
      return null; // then there is no id to answer to; reading the action itself reports it
    }
  }

  private static Refused refused(String message) {
    return new Refused(Failure.badMessage(message), null);
  }
}
