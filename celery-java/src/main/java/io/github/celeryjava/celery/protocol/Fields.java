package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.kombu.internal.Internal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to a decoded map whose content came from another process. Every error says what was
 * found, and where; nothing but {@link InvalidTaskException} is thrown.
 *
 * @hidden
 */
@Internal
public final class Fields {

  private static final int SHOWN = 100;

  private final Map<String, @Nullable Object> map;
  private final String where;

  private Fields(Map<String, @Nullable Object> map, String where) {
    this.map = map;
    this.where = where;
  }

  /** A map, at a place in the message that errors name. */
  public static Fields of(@Nullable Object value, String where) {
    return new Fields(stringKeyed(value, where), where);
  }

  /** Headers, whose keys the transport has already made text. */
  static Fields ofHeaders(Map<String, ? extends @Nullable Object> headers) {
    @SuppressWarnings("unchecked") // only read
    Map<String, @Nullable Object> readable = (Map<String, @Nullable Object>) headers;
    return new Fields(readable, "headers");
  }

  Map<String, @Nullable Object> map() {
    return map;
  }

  /** The value as it is; null if there is none. */
  public @Nullable Object raw(String key) {
    return map.get(key);
  }

  /** Text; numbers and booleans count as their text, since Python takes any of them as an id. */
  public @Nullable String text(String key) {
    Object value = map.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof CharSequence) {
      return value.toString();
    }
    throw wrong(key, "must be text", value);
  }

  String requiredText(String key) {
    String text = text(key);
    if (text == null || text.isEmpty()) {
      throw new InvalidTaskException(path(key), "is missing");
    }
    return text;
  }

  /** For values that are shown and not used: whatever is there, as text. */
  @Nullable String shown(String key) {
    Object value = map.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    return PyRepr.of(value);
  }

  /** A whole number of 32 bits; null if there is none. */
  public @Nullable Integer integer(String key) {
    Object value = map.get(key);
    if (value == null || value instanceof Integer) {
      return (Integer) value;
    }
    if (value instanceof Number number) {
      try {
        return decimal(number).intValueExact();
      } catch (ArithmeticException | NumberFormatException e) {
        throw wrong(key, "must be an integer of 32 bits", value);
      }
    }
    throw wrong(key, "must be an integer", value);
  }

  /** Truth as Python sees it in booleans and numbers. */
  public @Nullable Boolean flag(String key) {
    Object value = map.get(key);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    throw wrong(key, "must be true or false", value);
  }

  /** A time in ISO 8601, or one that the serializer has read; null if there is none. */
  public @Nullable Instant time(String key) {
    Object value = map.get(key);
    if (value == null) {
      return null;
    }
    try {
      return PyTime.instant(value);
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong(key, "must be a time in ISO 8601", value);
    }
  }

  /** A list; null if there is none. */
  public @Nullable List<@Nullable Object> list(String key) {
    Object value = map.get(key);
    return value == null ? null : listOf(value, path(key));
  }

  List<@Nullable Object> listOrEmpty(String key) {
    List<@Nullable Object> list = list(key);
    return list == null ? List.of() : list;
  }

  /** A map with text for keys; empty if there is none. */
  public Map<String, @Nullable Object> mapOrEmpty(String key) {
    Object value = map.get(key);
    return value == null ? Map.of() : stringKeyed(value, path(key));
  }

  /** The place of a value, for errors. */
  public String path(String key) {
    return where + "." + key;
  }

  /** The error for a value that breaks a rule. */
  public InvalidTaskException wrong(String key, String rule, @Nullable Object found) {
    return wrongAt(path(key), rule, found);
  }

  static InvalidTaskException wrongAt(String where, String rule, @Nullable Object found) {
    return new InvalidTaskException(where, rule + ", was " + PyRepr.of(found, SHOWN, 2));
  }

  static List<@Nullable Object> listOf(@Nullable Object value, String where) {
    if (!(value instanceof List<?> list)) {
      throw wrongAt(where, "must be a list", value);
    }
    @SuppressWarnings("unchecked") // only read
    List<@Nullable Object> readable = (List<@Nullable Object>) list;
    return readable;
  }

  static Map<String, @Nullable Object> stringKeyed(@Nullable Object value, String where) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrongAt(where, "must be a map", value);
    }
    for (Object key : map.keySet()) {
      if (!(key instanceof String)) {
        throw wrongAt(where, "must have text for keys", key);
      }
    }
    @SuppressWarnings("unchecked") // every key has just been seen
    Map<String, @Nullable Object> checked = (Map<String, @Nullable Object>) map;
    return checked;
  }

  /** A number of seconds, whole or with a fraction; beyond a thousand years it counts as that. */
  public static Duration seconds(Object value, String where) {
    if (value instanceof Integer || value instanceof Long) {
      return bounded(((Number) value).longValue(), 0);
    }
    if (value instanceof Number number && !Double.isNaN(number.doubleValue())) {
      double seconds = Math.floor(number.doubleValue());
      return bounded((long) seconds, Math.round((number.doubleValue() - seconds) * 1e9));
    }
    throw wrongAt(where, "must be a number of seconds", value);
  }

  private static Duration bounded(long seconds, long nanos) {
    long most = 1000L * 365 * 24 * 3600;
    return Math.abs(seconds) < most && seconds != Long.MIN_VALUE
        ? Duration.ofSeconds(seconds, nanos)
        : Duration.ofSeconds(seconds < 0 ? -most : most);
  }

  private static BigDecimal decimal(Number number) {
    if (number instanceof BigDecimal decimal) {
      // A huge exponent would make the exact conversion allocate that many digits.
      return Math.abs((long) decimal.scale()) > 20 ? new BigDecimal("0.5") : decimal;
    }
    if (number instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    return number instanceof Long
        ? BigDecimal.valueOf(number.longValue())
        : new BigDecimal(number.toString());
  }
}
