package dev.holdfast.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Types without parts that can be kept. */
final class Scalars {

  private static final Set<Class<?>> IMMUTABLE =
      Set.of(
          boolean.class,
          byte.class,
          short.class,
          int.class,
          long.class,
          float.class,
          double.class,
          char.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          Character.class,
          String.class,
          BigDecimal.class,
          BigInteger.class,
          OptionalInt.class,
          OptionalLong.class,
          OptionalDouble.class);

  private static final Set<Class<?>> MUTABLE =
      Set.of(AtomicBoolean.class, AtomicInteger.class, AtomicLong.class);

  private static final Map<Class<?>, JsonNode> ZEROS =
      Map.of(
          boolean.class, JsonNodeFactory.instance.booleanNode(false),
          byte.class, JsonNodeFactory.instance.numberNode(0),
          short.class, JsonNodeFactory.instance.numberNode(0),
          int.class, JsonNodeFactory.instance.numberNode(0),
          long.class, JsonNodeFactory.instance.numberNode(0),
          float.class, JsonNodeFactory.instance.numberNode(0),
          double.class, JsonNodeFactory.instance.numberNode(0),
          char.class, JsonNodeFactory.instance.stringNode("\0"));

  private Scalars() {}

  /** The shape of a scalar type; null for one that is none. */
  static Shape.@Nullable Scalar find(Class<?> type) {
    if (IMMUTABLE.contains(type) || type.isEnum()) {
      return new Shape.Scalar(type, true);
    }
    if (MUTABLE.contains(type) || JsonNode.class.isAssignableFrom(type)) {
      return new Shape.Scalar(type, false);
    }
    TextForm<?> text = TextForm.of(type);
    return text == null ? null : new Shape.Scalar(type, text.immutable());
  }

  /** What a component without any default has; null for Java's null. */
  static @Nullable JsonNode zero(Shape shape) {
    return switch (shape) {
      case Shape.Scalar scalar -> ZEROS.get(scalar.type());
      case Shape.Sequence sequence when sequence.type() == byte[].class ->
          JsonNodeFactory.instance.stringNode("");
      case Shape.Sequence sequence -> JsonNodeFactory.instance.arrayNode();
      case Shape.Mapping mapping -> JsonNodeFactory.instance.objectNode();
      case Shape.Maybe maybe -> null;
      case Shape.Named named -> null;
    };
  }
}
