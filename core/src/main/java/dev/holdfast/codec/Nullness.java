package dev.holdfast.codec;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What annotations say about null. They are known by name, so that none need be on the path. */
final class Nullness {

  private static final String MARKED = "org.jspecify.annotations.NullMarked";
  private static final String UNMARKED = "org.jspecify.annotations.NullUnmarked";

  private Nullness() {}

  /** Whether null is said to be a value of this component. */
  static boolean saysNullable(AnnotatedType type, AnnotatedElement member) {
    return has(type, "Nullable") || has(member, "Nullable");
  }

  /** Whether null is said to be no value of this component. */
  static boolean saysNonNull(AnnotatedType type, AnnotatedElement member, Class<?> owner) {
    if (saysNullable(type, member)) {
      return false;
    }
    return has(type, "NonNull") || has(member, "NonNull") || isMarked(owner);
  }

  private static boolean isMarked(Class<?> owner) {
    for (@Nullable Class<?> c = owner; c != null; c = c.getEnclosingClass()) {
      if (isPresent(c, MARKED) || isPresent(c, UNMARKED)) {
        return isPresent(c, MARKED);
      }
    }
    return isPresent(owner.getPackage(), MARKED)
        || (!isPresent(owner.getPackage(), UNMARKED) && isPresent(owner.getModule(), MARKED));
  }

  private static boolean isPresent(AnnotatedElement element, String name) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(a -> a.annotationType().getName().equals(name));
  }

  private static boolean has(AnnotatedElement element, String simpleName) {
    for (Annotation annotation : element.getAnnotations()) {
      if (annotation.annotationType().getSimpleName().equals(simpleName)) {
        return true;
      }
    }
    return false;
  }
}
