package dev.holdfast.codec;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A sealed hierarchy. */
final class Variants extends Shape.Named {

  private final Class<?> type;
  private final boolean oneValue;
  private Map<String, Composite> byName = Map.of();
  private Map<Class<?>, Composite> byClass = Map.of();

  /**
   * @param oneValue whether the user chose another way to tell the variants apart in JSON
   */
  Variants(Class<?> type, boolean oneValue) {
    this.type = type;
    this.oneValue = oneValue;
  }

  void fill(Map<String, Composite> byName, Map<Class<?>, Composite> byClass) {
    this.byName = Map.copyOf(byName);
    this.byClass = Map.copyOf(byClass);
  }

  Class<?> type() {
    return type;
  }

  boolean oneValue() {
    return oneValue;
  }

  Iterable<Composite> all() {
    return byClass.values();
  }

  @Nullable Composite of(Class<?> type) {
    return byClass.get(type);
  }

  /** The variant that an object says it is; null where it says none that is known. */
  @Nullable Composite named(@Nullable JsonNode node) {
    String name = nameIn(node);
    return name == null ? null : byName.get(name);
  }

  /** Whether two nodes are of the same variant. */
  static boolean alike(@Nullable JsonNode a, @Nullable JsonNode b) {
    return Objects.equals(nameIn(a), nameIn(b));
  }

  static @Nullable String nameIn(@Nullable JsonNode node) {
    JsonNode name = node == null ? null : node.get(SealedTypes.PROPERTY);
    return name == null || !name.isString() ? null : name.stringValue();
  }
}
