package dev.holdfast.codec;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;

/** Looks for type arguments that leave open what they hold. */
final class Wildcards {

  private Wildcards() {}

  /** Throws where the type has a wildcard in it. */
  static void refuse(Type type, String path) {
    if (has(type)) {
      throw new IllegalArgumentException(
          "%s of type %s cannot be kept: it has a wildcard, name the type"
              .formatted(
                  path.isEmpty() ? "The state" : "Field \"" + path + "\"", type.getTypeName()));
    }
  }

  private static boolean has(Type type) {
    return switch (type) {
      case WildcardType wildcard -> true;
      case GenericArrayType array -> has(array.getGenericComponentType());
      case ParameterizedType generic -> {
        for (Type argument : generic.getActualTypeArguments()) {
          if (has(argument)) {
            yield true;
          }
        }
        yield false;
      }
      default -> false;
    };
  }
}
