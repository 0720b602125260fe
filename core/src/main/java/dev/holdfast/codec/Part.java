package dev.holdfast.codec;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A record component or a field.
 *
 * @param name the member's name in JSON; null where the user keeps it out of JSON
 * @param nullIsDefault whether a stored null stands for the default
 * @param getter reads it, as {@code (Object) -> Object}; null for a plain class, which is never
 *     taken apart
 */
record Part(
    @Nullable String name, Shape shape, boolean nullIsDefault, @Nullable MethodHandle getter) {

  /** This member of a JSON object; null where it is missing. */
  @Nullable JsonNode in(@Nullable JsonNode object) {
    return object == null || name == null ? null : object.get(name);
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
