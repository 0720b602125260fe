package dev.holdfast;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** About how much memory a payload takes: its texts, its bytes, and what it has many of. */
final class PayloadSize {

  /** Smaller ones are bounded by their number. */
  private static final int SMALL = 1_024;

  private static final int NODE = 16;
  private static final int DEEPEST = 6;

  /** The fields of a class that may hold more than a few bytes. */
  private static final ClassValue<List<Field>> PARTS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return parts(type);
        }
      };

  private PayloadSize() {}

  /** The size in bytes; 0 for a small or unknown one. */
  static int of(@Nullable Object payload) {
    long size = of(payload, 0);
    return size < SMALL ? 0 : (int) Math.min(size, Integer.MAX_VALUE);
  }

  private static long of(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> 0;
      case CharSequence text -> text.length();
      case byte[] bytes -> bytes.length;
      case JsonNode json -> of(json);
      case Collection<?> many -> depth > DEEPEST ? many.size() : all(many, depth);
      case Map<?, ?> map ->
          depth > DEEPEST ? map.size() : all(map.keySet(), depth) + all(map.values(), depth);
      default -> depth > DEEPEST ? 0 : ofParts(value, depth);
    };
  }

  private static long all(Collection<?> values, int depth) {
    long size = (long) NODE * values.size();
    for (Object value : values) {
      size += of(value, depth + 1);
    }
    return size;
  }

  private static long ofParts(Object value, int depth) {
    long size = 0;
    for (Field part : PARTS.get(value.getClass())) {
      try {
        size += of(part.get(value), depth + 1);
      } catch (IllegalAccessException e) {
        return size; // Not for us to see, so not known.
      }
    }
    return size;
  }

  private static List<Field> parts(Class<?> type) {
    List<Field> parts = new ArrayList<>();
    for (Class<?> at = type; at != null && !isOfJava(at); at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && isLarge(field.getType()) && opens(field)) {
          parts.add(field);
        }
      }
    }
    return List.copyOf(parts);
  }

  private static boolean isLarge(Class<?> type) {
    return !type.isPrimitive() && !type.isEnum() && !Number.class.isAssignableFrom(type);
  }

  private static boolean isOfJava(Class<?> type) {
    return type.isArray() || type.isEnum() || type.getName().startsWith("java.");
  }

  private static boolean opens(Field field) {
    try {
      field.setAccessible(true);
      return true;
    } catch (InaccessibleObjectException | SecurityException e) {
      return false;
    }
  }

  private static long of(JsonNode json) {
    long size = NODE;
    if (json.isString()) {
      size += json.asString().length();
    }
    for (JsonNode child : json) {
      size += of(child);
    }
    return size;
  }
}
