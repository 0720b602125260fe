package dev.holdfast.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Names a generic type: {@code new TypeRef<Grid<Cell>>() {}}.
 *
 * @param <T> the type, without type variables
 */
public abstract class TypeRef<T> {

  private final Type type;

  /**
   * Takes the type from the subclass.
   *
   * @throws IllegalStateException if the subclass names none
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
      throw new IllegalStateException("Name the type: new TypeRef<Grid<Cell>>() {}");
    }
    this.type = parent.getActualTypeArguments()[0];
  }

  /** The type. */
  public final Type type() {
    return type;
  }
}
