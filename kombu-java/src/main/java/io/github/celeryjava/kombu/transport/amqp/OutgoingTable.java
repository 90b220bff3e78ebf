package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.LongString;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tables of headers and arguments, made of the types that Python peers read as they were meant:
 * small numbers as 32 bits, negative numbers beyond that as text, since peers read them unsigned.
 * Stateless.
 */
final class OutgoingTable {

  private static final int MAX_DEPTH = HeaderGuard.DEEPEST; // no Java peer reads more
  private static final int MAX_DECIMAL_BITS = 31;
  private static final int MAX_DECIMAL_SCALE = 255;

  private OutgoingTable() {}

  /**
   * The table itself if every value is fine as it is, else a copy.
   *
   * @throws EncodeException naming the path, if AMQP has no type for a value or a key is too long
   */
  static Map<String, @Nullable Object> of(Map<String, @Nullable Object> table) {
    return table(table, "", 0);
  }

  @SuppressWarnings("ReferenceEquality") // tells whether a copy is needed
  private static Map<String, @Nullable Object> table(
      Map<String, @Nullable Object> table, String path, int depth) {
    requireDepth(path, depth);
    Map<String, @Nullable Object> copy = null;
    for (Map.Entry<String, @Nullable Object> entry : table.entrySet()) {
      String key = entry.getKey();
      requireShort(key, path);
      Object before = entry.getValue();
      if (before instanceof String) {
        continue;
      }
      Object after = value(before, path, key, depth);
      if (after != before) {
        if (copy == null) {
          copy = new LinkedHashMap<>(table);
        }
        copy.put(key, after);
      }
    }
    return copy == null ? table : copy;
  }

  @SuppressWarnings("ReferenceEquality") // tells whether a copy is needed
  private static List<?> list(List<?> list, String path, int depth) {
    requireDepth(path, depth);
    List<@Nullable Object> copy = null;
    int index = 0;
    for (Object before : list) {
      Object after = value(before, path, Integer.toString(index), depth);
      if (after != before) {
        if (copy == null) {
          copy = new ArrayList<>(list);
        }
        copy.set(index, after);
      }
      index++;
    }
    return copy == null ? list : copy;
  }

  @SuppressWarnings("unchecked") // keys are checked one by one
  private static @Nullable Object value(
      @Nullable Object value, String path, String key, int depth) {
    if (value == null
        || value instanceof String
        || value instanceof Integer
        || value instanceof Boolean
        || value instanceof Double
        || value instanceof byte[]
        || value instanceof LongString
        || value instanceof Date) {
      return value;
    }
    if (value instanceof Map<?, ?> map) {
      return table((Map<String, @Nullable Object>) map, path + key + ".", depth + 1);
    }
    if (value instanceof List<?> list) {
      return list(list, path + key + ".", depth + 1);
    }
    if (value instanceof Object[] array) {
      return list(Arrays.asList(array), path + key + ".", depth + 1);
    }
    if (value instanceof Number number) {
      return number(number, path, key);
    }
    if (value instanceof Instant instant) {
      return Date.from(instant);
    }
    if (value instanceof UUID || value instanceof Character) {
      return value.toString();
    }
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    throw new EncodeException(
        "header "
            + path
            + key
            + " is a "
            + value.getClass().getName()
            + ", which AMQP cannot carry",
        null);
  }

  private static Object number(Number number, String path, String key) {
    if (number instanceof Long value) {
      return integer(value);
    }
    if (number instanceof Short || number instanceof Byte) {
      return number.intValue();
    }
    if (number instanceof Float) {
      return number.doubleValue();
    }
    if (number instanceof BigInteger value) {
      return value.bitLength() < Long.SIZE ? integer(value.longValue()) : value.toString();
    }
    if (number instanceof BigDecimal value) {
      boolean fits =
          value.unscaledValue().bitLength() <= MAX_DECIMAL_BITS
              && value.scale() >= 0
              && value.scale() <= MAX_DECIMAL_SCALE;
      return fits ? value : value.toString();
    }
    throw new EncodeException(
        "header "
            + path
            + key
            + " is a "
            + number.getClass().getName()
            + ", which AMQP cannot carry",
        null);
  }

  private static Object integer(long value) {
    if (value == (int) value) {
      return (int) value;
    }
    return value < 0 ? Long.toString(value) : (Object) value;
  }

  private static void requireShort(@Nullable Object key, String path) {
    if (!(key instanceof String text)) {
      throw new EncodeException("a key in header " + path + " is no text: " + key, null);
    }
    ShortText.require(path.isEmpty() ? "header key" : "key in header " + path, text);
  }

  private static void requireDepth(String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw new EncodeException(
          "header " + path + " is nested deeper than " + MAX_DEPTH + " levels", null);
    }
  }
}
