package dev.holdfast.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.server.protocol.ServerMessage.ActionResult;
import dev.holdfast.server.protocol.ServerMessage.ErrorMessage;
import dev.holdfast.server.protocol.ServerMessage.InitialTree;
import dev.holdfast.server.protocol.ServerMessage.SessionAck;
import dev.holdfast.server.protocol.ServerMessage.SessionExpired;
import dev.holdfast.server.protocol.ServerMessage.SessionRotated;
import dev.holdfast.server.protocol.ServerMessage.Shown;
import dev.holdfast.server.protocol.ServerMessage.StatePatch;
import dev.holdfast.server.protocol.ServerMessage.StateUpdate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Server messages as JSON text. Safe for many threads. */
public final class MessageWriter {

  private static final byte[] END = {'}'};

  private final JsonMapper mapper = new JsonMapper();

  /** The text of a message in UTF-8, in parts that belong one behind the other. */
  public List<byte[]> write(ServerMessage message) {
    return switch (message) {
      case SessionAck ack ->
          whole(
              object("sessionAck")
                  .put("sessionId", ack.sessionId())
                  .put("isNew", ack.isNew())
                  .put("isRestored", !ack.isNew()));
      case InitialTree tree -> around(tree, tree(tree));
      case StateUpdate update ->
          around(update, named("stateUpdate", update.module(), update.instance()));
      case StatePatch patch -> patch(patch);
      case SessionExpired expired ->
          whole(
              object("sessionExpired")
                  .put("sessionId", expired.sessionId())
                  .put("reason", expired.reason()));
      case SessionRotated rotated ->
          whole(object("sessionRotated").put("sessionId", rotated.sessionId()));
      case ActionResult result -> whole(result(result));
      case ErrorMessage error -> whole(error(error));
    };
  }

  private ObjectNode object(String type) {
    return mapper.createObjectNode().put("type", type);
  }

  private ObjectNode named(String type, String module, @Nullable String instance) {
    return putIfPresent(object(type).put("module", module), "instance", instance);
  }

  private ObjectNode tree(InitialTree tree) {
    ObjectNode json = named("initialTree", tree.module(), tree.instance());
    json.putArray("patches");
    return json;
  }

  private ObjectNode result(ActionResult result) {
    ObjectNode json = object("actionResult").put("id", result.id());
    Failure failure = result.failure();
    json.put("ok", failure == null);
    if (failure != null) {
      json.putObject("error")
          .put("code", failure.code())
          .put("message", wellFormed(failure.message()));
    }
    return json;
  }

  private ObjectNode error(ErrorMessage error) {
    ObjectNode json =
        object("error")
            .put("code", error.failure().code())
            .put("message", wellFormed(error.failure().message()));
    putIfPresent(json, "module", error.module());
    putIfPresent(json, "instance", error.instance());
    return putIfPresent(json, "action", error.action());
  }

  private static ObjectNode putIfPresent(ObjectNode json, String field, @Nullable String value) {
    return value == null ? json : json.put(field, wellFormed(value));
  }

  /** Half a surrogate pair has no UTF-8. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  private List<byte[]> whole(ObjectNode json) {
    return List.of(mapper.writeValueAsBytes(json));
  }

  private List<byte[]> around(Shown shown, ObjectNode json) {
    return around(json.put("revision", shown.revision()), "state", shown.state());
  }

  private List<byte[]> patch(StatePatch patch) {
    ObjectNode json = named("statePatch", patch.module(), patch.instance());
    json.put("from", patch.from()).put("revision", patch.revision());
    return around(json, "patch", patch.patch());
  }

  /** What is made already is the last field, so that its bytes are sent as they are. */
  private List<byte[]> around(ObjectNode json, String field, Json last) {
    String head = mapper.writeValueAsString(json);
    String open = head.substring(0, head.length() - 1) + ",\"" + field + "\":";
    return List.of(open.getBytes(UTF_8), last.utf8(), END);
  }
}
