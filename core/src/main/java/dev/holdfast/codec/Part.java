package dev.holdfast.codec;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/**
 * A record component or a field.
 *
 * @param name the member's name in JSON; null where the user keeps it out of JSON
 * @param type as declared
 * @param nullIsDefault whether a stored null stands for the default
 * @param aliases other names under which it may be stored
 * @param ephemeral whether it is never stored
 * @param getter reads it, as {@code (Object) -> Object}; null for a plain class, which is never
 *     taken apart
 */
record Part(
    @Nullable String name,
    Shape shape,
    JavaType type,
    boolean nullIsDefault,
    List<String> aliases,
    boolean ephemeral,
    @Nullable MethodHandle getter) {

  /** The name, of one that has one. */
  String knownName() {
    return Objects.requireNonNull(name);
  }

  /** This member of a JSON object; null where it is missing. */
  @Nullable JsonNode in(@Nullable JsonNode object) {
    return object == null || name == null ? null : object.get(name);
  }

  /** The same of a stored object, which may have it under another name. */
  @Nullable JsonNode inStored(JsonNode object) {
    JsonNode found = in(object);
    for (int i = 0; found == null && i < aliases.size(); i++) {
      found = object.get(aliases.get(i));
    }
    return found;
  }

  /**
   * What it is where neither a value nor a default is known; null to leave it out. A plain class's
   * own constructor knows better.
   */
  @Nullable JsonNode withoutDefault(boolean record) {
    return record && nullIsDefault ? Scalars.zero(shape) : null;
  }

  /** Of a given record. */
  @Nullable Object of(Object whole) {
    if (getter == null) {
      throw new IllegalStateException("Only records are taken apart");
    }
    try {
      return (Object) getter.invokeExact(whole);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("Reading a component failed", e);
    }
  }
}
