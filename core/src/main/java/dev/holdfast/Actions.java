package dev.holdfast;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A module's action table. A name may stand twice: once with a payload, once without. */
final class Actions<S> {

  private final String module;
  private final Map<String, Action<S>> plain;
  private final Map<String, Action<S>> typed;

  Actions(String module, Map<String, Action<S>> plain, Map<String, Action<S>> typed) {
    this.module = module;
    this.plain = Map.copyOf(plain);
    this.typed = Map.copyOf(typed);
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>(plain.keySet());
    names.addAll(typed.keySet());
    return names;
  }

  /**
   * The action that a name and a payload mean. A JSON payload of an action that takes none is
   * ignored: clients of user interfaces send one with every action.
   */
  Action<S> find(String name, @Nullable Object payload) {
    Action<S> withPayload = typed.get(name);
    Action<S> without = plain.get(name);
    if (withPayload == null && without == null) {
      throw new UnknownActionException(
          "Module %s has no action \"%s\"%s"
              .formatted(module, shown(name), Nearest.hint(name, names())));
    }
    boolean empty = payload == null || (payload instanceof JsonNode node && isEmpty(node));
    if (empty && without != null) {
      return without;
    }
    if (empty || withPayload == null) {
      if (withPayload == null && without != null && payload instanceof JsonNode) {
        return without;
      }
      throw new PayloadException(
          withPayload == null
              ? "Action \"%s\" of module %s takes no payload".formatted(name, module)
              : "Action \"%s\" of module %s needs a payload: %s"
                  .formatted(name, module, payloadName(withPayload)));
    }
    return withPayload;
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isNull() || node.isMissingNode();
  }

  private static String shown(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "...";
  }

  private static String payloadName(Action<?> action) {
    Class<?> payload = action.payload();
    return payload == null ? "none" : payload.getSimpleName();
  }
}
