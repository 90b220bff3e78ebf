package io.github.celeryjava.kombu.protocol;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Turns decoded numbers into Java's other number types without a mapper, where nothing is lost but
 * the precision that a floating-point number never has. Stateless and thread-safe.
 */
final class Numbers {

  private Numbers() {}

  /** Null if {@code value} is not such a number, or does not fit. */
  static @Nullable Object as(Class<?> type, @Nullable Object value) {
    if (value instanceof Long number) {
      return integer(type, number);
    }
    if (value instanceof Boolean && type == boolean.class) {
      return value;
    }
    if (value instanceof Double number) {
      return floating(type, number);
    }
    return value instanceof BigDecimal number ? floating(type, number.doubleValue()) : null;
  }

  private static @Nullable Object integer(Class<?> type, long number) {
    if (type == long.class || type == Long.class) {
      return number;
    }
    if ((type == int.class || type == Integer.class) && number == (int) number) {
      return (int) number;
    }
    if ((type == short.class || type == Short.class) && number == (short) number) {
      return (short) number;
    }
    if ((type == byte.class || type == Byte.class) && number == (byte) number) {
      return (byte) number;
    }
    return floating(type, (double) number);
  }

  private static @Nullable Object floating(Class<?> type, double number) {
    if (type == double.class || type == Double.class) {
      return number;
    }
    return type == float.class || type == Float.class ? (Object) (float) number : null;
  }
}
