package io.github.celeryjava.kombu;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * Names a type with parameters, which no class literal can: {@code new TypeRef<List<Order>>() {}}.
 * Immutable and thread-safe.
 *
 * @param <T> the type that is named
 */
public abstract class TypeRef<T> {

  private final Type type;

  /**
   * For a subclass without a body, made where it is needed.
   *
   * @throws IllegalArgumentException if the subclass does not say what {@code T} is
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType named)
        || !TypeRef.class.equals(named.getRawType())) {
      throw new IllegalArgumentException("a TypeRef needs its type: new TypeRef<List<Order>>() {}");
    }
    type = named.getActualTypeArguments()[0];
  }

  /** The type as reflection describes it. */
  public final Type type() {
    return type;
  }

  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
