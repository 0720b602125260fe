package dev.holdfast.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries the scalars that an action changed onto another state, at the deepest record or plain
 * class. Collections stay behind: nobody can tell which of their elements the action meant.
 */
final class Carrier {

  private Carrier() {}

  /**
   * The target with the changes.
   *
   * @param before null where nothing was there, so that all of {@code after} is a change
   * @param onto null where nothing is there
   * @return null to leave the member out
   */
  static @Nullable JsonNode carry(
      Shape shape, @Nullable JsonNode before, JsonNode after, @Nullable JsonNode onto) {
    if (!changed(shape, before, after)) {
      return onto;
    }
    return switch (shape) {
      case Shape.Scalar scalar -> after;
      case Shape.Sequence sequence -> onto;
      case Shape.Mapping mapping -> onto;
      case Shape.Maybe maybe -> carry(maybe.content(), before, after, onto);
      case Composite composite -> members(composite, before, after, onto);
      case Variants variants -> variant(variants, before, after, onto);
    };
  }

  /** Whether a scalar differs. */
  private static boolean changed(Shape shape, @Nullable JsonNode before, JsonNode after) {
    return switch (shape) {
      case Shape.Scalar scalar -> !after.equals(before);
      case Shape.Sequence sequence -> false;
      case Shape.Mapping mapping -> false;
      case Shape.Maybe maybe -> changed(maybe.content(), before, after);
      case Composite composite -> membersChanged(composite, before, after);
      case Variants variants when variants.oneValue() -> !after.equals(before);
      case Variants variants -> variantChanged(variants, before, after);
    };
  }

  private static boolean variantChanged(Variants shape, @Nullable JsonNode before, JsonNode after) {
    Composite variant = shape.named(after);
    return !Variants.alike(before, after)
        || isNull(before) != after.isNull()
        || (variant != null && membersChanged(variant, before, after));
  }

  private static boolean membersChanged(
      Composite shape, @Nullable JsonNode before, JsonNode after) {
    if (shape.oneValue()) {
      return !after.equals(before);
    }
    if (isNull(before) || after.isNull()) {
      return isNull(before) != after.isNull();
    }
    return shape.parts().stream()
        .anyMatch(
            part -> {
              JsonNode now = part.in(after);
              JsonNode then = part.in(before);
              return now == null ? then != null : changed(part.shape(), then, now);
            });
  }

  private static JsonNode variant(
      Variants shape, @Nullable JsonNode before, JsonNode after, @Nullable JsonNode onto) {
    Composite variant = shape.named(after);
    if (variant == null || shape.oneValue()) {
      return after;
    }
    return members(
        variant,
        Variants.alike(before, after) ? before : null,
        after,
        Variants.alike(onto, after) ? onto : null);
  }

  private static JsonNode members(
      Composite shape, @Nullable JsonNode before, JsonNode after, @Nullable JsonNode onto) {
    if (shape.oneValue() || !after.isObject()) {
      return after;
    }
    // An object that is new in the target is whole: its scalars belong together.
    JsonNode since = isNull(onto) ? null : before;
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    copyVariant(after, result);
    for (Part part : shape.parts()) {
      String name = part.name();
      if (name != null) {
        JsonNode value = member(part, shape.isRecord(), since, after, onto);
        if (value != null) {
          result.set(name, value);
        }
      }
    }
    return result;
  }

  private static @Nullable JsonNode member(
      Part part,
      boolean record,
      @Nullable JsonNode before,
      JsonNode after,
      @Nullable JsonNode onto) {
    JsonNode target = part.in(onto);
    JsonNode then = part.in(before);
    JsonNode now = part.in(after);
    JsonNode value =
        now == null && then == null
            ? target // Excluded, so it stays with its key; or left out of JSON, and unchanged.
            : carry(
                part.shape(),
                then,
                Objects.requireNonNullElse(now, JsonNodeFactory.instance.nullNode()),
                target);
    return value == null ? part.withoutDefault(record) : value;
  }

  private static void copyVariant(JsonNode from, ObjectNode to) {
    JsonNode variant = from.get(SealedTypes.PROPERTY);
    if (variant != null) {
      to.set(SealedTypes.PROPERTY, variant);
    }
  }

  private static boolean isNull(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }
}
