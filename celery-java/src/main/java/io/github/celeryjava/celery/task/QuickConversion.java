package io.github.celeryjava.celery.task;

import com.fasterxml.jackson.databind.JavaType;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The conversions that need no Jackson, which are those of nearly all arguments: a value that fits,
 * a number of another width, a list or map of such. Thread-safe.
 */
@FunctionalInterface
interface QuickConversion {

  /** Says that only Jackson can tell. */
  Object NOT = new Object();

  /**
   * The converted value, or {@link #NOT}.
   *
   * @throws DecodeException if it is a number that the type cannot hold
   */
  Object of(Object value);

  /** The quick conversion to a type that is not {@code Optional}. */
  static QuickConversion to(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw == Object.class) {
      return value -> value;
    }
    QuickConversion scalar = scalar(raw);
    if (scalar != null) {
      return scalar;
    }
    if (type.isMapLikeType()) {
      return map(type, raw);
    }
    if (type.isCollectionLikeType() || raw == Iterable.class) {
      return collection(type, raw);
    }
    return type.isReferenceType() ? value -> NOT : value -> raw.isInstance(value) ? value : NOT;
  }

  private static @Nullable QuickConversion scalar(Class<?> raw) {
    if (raw == int.class || raw == Integer.class) {
      return value ->
          value instanceof Integer
              ? value
              : whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, raw, i -> (int) i);
    }
    if (raw == long.class || raw == Long.class) {
      return value ->
          value instanceof Long ? value : whole(value, Long.MIN_VALUE, Long.MAX_VALUE, raw, i -> i);
    }
    if (raw == short.class || raw == Short.class) {
      return value -> whole(value, Short.MIN_VALUE, Short.MAX_VALUE, raw, i -> (short) i);
    }
    if (raw == byte.class || raw == Byte.class) {
      return value -> whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE, raw, i -> (byte) i);
    }
    if (raw == double.class || raw == Double.class) {
      return value -> value instanceof Double ? value : widened(value);
    }
    if (raw == float.class || raw == Float.class) {
      return QuickConversion::narrowed;
    }
    if (raw == boolean.class) {
      return value -> value instanceof Boolean ? value : NOT;
    }
    if (raw == char.class) {
      return value -> value instanceof Character ? value : NOT;
    }
    return raw == BigInteger.class
        ? value -> value instanceof BigInteger ? value : big(value)
        : null;
  }

  private static Object whole(
      Object value, long least, long most, Class<?> type, LongFunction<Object> boxed) {
    if (value instanceof Long || value instanceof Integer || isSmall(value)) {
      long number = ((Number) value).longValue();
      if (number < least || number > most) {
        throw new DecodeException(number + " is out of the range of " + type.getSimpleName(), null);
      }
      return boxed.apply(number);
    }
    if (value instanceof BigInteger number) {
      if (number.bitLength() < Long.SIZE) {
        return whole(number.longValue(), least, most, type, boxed);
      }
      throw new DecodeException(
          "a number of "
              + number.bitLength()
              + " bits is out of the range of "
              + type.getSimpleName(),
          null);
    }
    return NOT;
  }

  private static boolean isSmall(Object value) {
    return value instanceof Short || value instanceof Byte;
  }

  private static Object widened(Object value) {
    return value instanceof Integer || value instanceof Long || value instanceof Float
        ? (Object) ((Number) value).doubleValue()
        : NOT;
  }

  private static Object narrowed(Object value) {
    if (value instanceof Float) {
      return value;
    }
    if (value instanceof Double || value instanceof Integer || value instanceof Long) {
      double number = ((Number) value).doubleValue();
      float narrowed = (float) number;
      if (Float.isInfinite(narrowed) && !Double.isInfinite(number)) {
        throw new DecodeException(number + " is out of the range of float", null);
      }
      return narrowed;
    }
    return NOT;
  }

  private static Object big(Object value) {
    return value instanceof Integer || value instanceof Long
        ? BigInteger.valueOf(((Number) value).longValue())
        : NOT;
  }

  /** Lists as JSON has them; a collection of another kind only if nothing in it has to change. */
  private static QuickConversion collection(JavaType type, Class<?> raw) {
    JavaType content =
        type.isCollectionLikeType() ? type.getContentType() : type.containedTypeOrUnknown(0);
    QuickConversion element = to(content);
    boolean any = content.getRawClass() == Object.class;
    boolean list = raw.isAssignableFrom(List.class);
    return value -> {
      if (!raw.isInstance(value) || !(value instanceof Collection<?> elements)) {
        return NOT;
      }
      if (any) {
        return value;
      }
      return list && value instanceof List<?> found
          ? listOf(found, element)
          : fits(elements, element) ? value : NOT;
    };
  }

  private static QuickConversion map(JavaType type, Class<?> raw) {
    Class<?> key = type.getKeyType().getRawClass();
    QuickConversion element = to(type.getContentType());
    boolean any = type.getContentType().getRawClass() == Object.class;
    boolean plain = raw == Map.class;
    return value -> {
      if (!raw.isInstance(value) || !(value instanceof Map<?, ?> map)) {
        return NOT;
      }
      if (!fits(map.keySet(), candidate -> key.isInstance(candidate) ? candidate : NOT)) {
        return NOT;
      }
      if (any) {
        return value;
      }
      return plain ? mapOf(map, element) : fits(map.values(), element) ? value : NOT;
    };
  }

  @SuppressWarnings("ReferenceEquality") // asks whether it was converted, not whether it is equal
  private static boolean fits(Collection<?> values, QuickConversion conversion) {
    for (Object value : values) {
      if (value != null && conversion.of(value) != value) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // asks whether it was converted, not whether it is equal
  private static Object listOf(List<?> list, QuickConversion element) {
    List<@Nullable Object> copy = null;
    int index = 0;
    for (Object found : list) {
      Object made = found == null ? null : element.of(found);
      if (made == NOT) {
        return NOT;
      }
      if (made != found) {
        copy = copy == null ? new ArrayList<>(list) : copy;
        copy.set(index, made);
      }
      index++;
    }
    return copy == null ? list : copy;
  }

  @SuppressWarnings("ReferenceEquality") // asks whether it was converted, not whether it is equal
  private static Object mapOf(Map<?, ?> map, QuickConversion element) {
    Map<@Nullable Object, @Nullable Object> copy = null;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object found = entry.getValue();
      Object made = found == null ? null : element.of(found);
      if (made == NOT) {
        return NOT;
      }
      if (made != found) {
        copy = copy == null ? new LinkedHashMap<>(map) : copy;
        copy.put(entry.getKey(), made);
      }
    }
    return copy == null ? map : copy;
  }
}
