package dev.holdfast.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lays what differs between two states over a third, at the deepest record or plain class; lists,
 * maps and scalars whole.
 */
final class Overlay {

  private Overlay() {}

  /**
   * The third with the differences.
   *
   * @param onto null where nothing is there
   * @return null to leave the member out
   */
  static @Nullable JsonNode lay(
      Shape shape, @Nullable JsonNode before, JsonNode after, @Nullable JsonNode onto) {
    if (after.equals(before)) {
      return onto;
    }
    return switch (shape) {
      case Shape.Maybe maybe -> lay(maybe.content(), before, after, onto);
      case Composite composite when !composite.oneValue() ->
          members(composite, before, after, onto);
      case Variants variants when !variants.oneValue() -> variant(variants, before, after, onto);
      default -> after;
    };
  }

  private static JsonNode variant(
      Variants shape, @Nullable JsonNode before, JsonNode after, @Nullable JsonNode onto) {
    Composite variant = shape.named(after);
    boolean alike = Variants.alike(before, after) && Variants.alike(onto, after);
    return alike && variant != null ? members(variant, before, after, onto) : after;
  }

  private static JsonNode members(
      Composite shape, @Nullable JsonNode before, JsonNode after, @Nullable JsonNode onto) {
    if (!(before instanceof ObjectNode then)
        || !(after instanceof ObjectNode now)
        || !(onto instanceof ObjectNode target)) {
      return after;
    }
    ObjectNode result = target.deepCopy();
    for (Part part : shape.parts()) {
      String name = part.name();
      if (name != null && !Objects.equals(then.get(name), now.get(name))) {
        set(result, name, member(part, then, now, target));
      }
    }
    return result;
  }

  private static @Nullable JsonNode member(
      Part part, ObjectNode before, ObjectNode after, ObjectNode onto) {
    JsonNode now = part.in(after);
    return now == null ? null : lay(part.shape(), part.in(before), now, part.in(onto));
  }

  private static void set(ObjectNode object, String name, @Nullable JsonNode value) {
    if (value == null) {
      object.remove(name);
    } else {
      object.set(name, value);
    }
  }
}
