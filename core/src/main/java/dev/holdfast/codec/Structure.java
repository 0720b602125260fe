package dev.holdfast.codec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Spells the shape of a type as text: members by name in their alphabetical order, so that the
 * order in the source does not count, and no names of the user's records and classes. A type that
 * holds itself is spelled by how far out it stands.
 */
final class Structure {

  private final Deque<Shape> around = new ArrayDeque<>();

  private Structure() {}

  static String of(Shape shape) {
    return new Structure().spell(shape);
  }

  private String spell(Shape shape) {
    return switch (shape) {
      case Shape.Scalar scalar -> scalar(scalar.type());
      case Shape.Maybe maybe -> spell(maybe.content()) + "?";
      case Shape.Sequence sequence -> "[" + spell(sequence.element()) + "]";
      case Shape.Mapping mapping -> "<" + spell(mapping.key()) + ":" + spell(mapping.value()) + ">";
      case Shape.Named named -> named(named);
    };
  }

  private static String scalar(Class<?> type) {
    if (type.isEnum()) {
      return "enum";
    }
    return type.getName().startsWith("java.") || type.isPrimitive()
        ? type.getSimpleName()
        : "value";
  }

  private String named(Shape.Named shape) {
    int out = List.copyOf(around).indexOf(shape);
    if (out >= 0) {
      return "^" + out;
    }
    around.push(shape);
    String text =
        switch (shape) {
          case Composite composite -> composite.oneValue() ? "value" : members(composite);
          case Variants variants -> variants.oneValue() ? "value" : variants(variants);
        };
    around.pop();
    return text;
  }

  private String members(Composite shape) {
    TreeMap<String, String> members = new TreeMap<>();
    for (Part part : shape.parts()) {
      if (part.name() != null && !part.ephemeral()) {
        members.put(Objects.requireNonNull(part.name()), spell(part.shape()));
      }
    }
    return members.toString();
  }

  private String variants(Variants shape) {
    TreeMap<String, String> variants = new TreeMap<>();
    for (Composite variant : shape.all()) {
      variants.put(variant.type().getSimpleName(), named(variant));
    }
    return "|" + variants;
  }
}
