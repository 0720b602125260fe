package dev.holdfast.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The canonical constructor of a record, looked up once. */
final class RecordMaker {

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final MethodHandle constructor;

  private RecordMaker(MethodHandle constructor) {
    this.constructor = constructor;
  }

  static RecordMaker of(Class<?> type) throws ReflectiveOperationException {
    Class<?>[] components =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> canonical = type.getDeclaredConstructor(components);
    canonical.setAccessible(true);
    return new RecordMaker(
        LOOKUP
            .unreflectConstructor(canonical)
            .asSpreader(Object[].class, components.length)
            .asType(MethodType.methodType(Object.class, Object[].class)));
  }

  /** Reads a component past its accessor, which may be the user's own. */
  static MethodHandle getter(Field field) throws ReflectiveOperationException {
    field.setAccessible(true);
    return LOOKUP.unreflectGetter(field).asType(MethodType.methodType(Object.class, Object.class));
  }

  /** A record of these components, in their order. */
  Object make(@Nullable Object[] components) {
    try {
      return (Object) constructor.invokeExact(components);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("The record's constructor failed", e);
    }
  }
}
