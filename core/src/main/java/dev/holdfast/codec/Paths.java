package dev.holdfast.codec;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Where in a state something is, such as {@code user.tags[2]}. Keys of maps are content: "*". */
final class Paths {

  private Paths() {}

  static String of(JacksonException problem) {
    return of(problem.getPath());
  }

  private static String of(List<JacksonException.Reference> steps) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : steps) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(isMap(step) ? "*" : step.getPropertyName());
      }
    }
    return path.toString();
  }

  private static boolean isMap(JacksonException.Reference step) {
    Object from = step.from();
    return from instanceof Map || (from instanceof Class<?> c && Map.class.isAssignableFrom(c));
  }

  /** A part's path. */
  static String join(String whole, String part) {
    return whole.isEmpty() ? part : whole + "." + part;
  }

  /** "user.age", or the whole where the path is empty. */
  static String say(String path, String whole) {
    return path.isEmpty() ? whole : "\"" + path + "\"";
  }

  /** What should have been there. */
  static String expected(JacksonException problem) {
    return switch (problem) {
      case InvalidTypeIdException e ->
          "a known variant of " + e.getBaseType().getRawClass().getSimpleName();
      case ValueInstantiationException e ->
          "what " + e.getType().getRawClass().getSimpleName() + "'s constructor accepts";
      case InvalidDefinitionException e -> "a type that can be kept";
      case MismatchedInputException e when e.getTargetType() != null ->
          e.getTargetType().getSimpleName();
      case InputCoercionException e when e.getTargetType() != null ->
          e.getTargetType().getSimpleName();
      default -> "a value of the declared type";
    };
  }
}
