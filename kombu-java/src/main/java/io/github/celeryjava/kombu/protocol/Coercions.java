package io.github.celeryjava.kombu.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a value of the Java type that somebody asked for out of a decoded one: the typed value
 * itself, a near relative of it, or the plain string that peers older than kombu 5.3 send instead.
 * Immutable and thread-safe.
 *
 * <p>Nothing is guessed: a time without an offset never becomes an instant, nor the reverse.
 */
final class Coercions {

  private static final Map<Class<?>, Function<Object, @Nullable Object>> TO = table();

  private Coercions() {}

  /**
   * @return null if no value of that type can be made of it
   * @throws RuntimeException if it is text, and not the spelling of such a value
   */
  static @Nullable Object to(Class<?> type, Object value) {
    Function<Object, @Nullable Object> coercion = TO.get(type);
    return coercion == null ? null : coercion.apply(value);
  }

  @SuppressWarnings("JavaUtilDate") // applications still have them
  private static Map<Class<?>, Function<Object, @Nullable Object>> table() {
    Map<Class<?>, Function<Object, @Nullable Object>> to = new LinkedHashMap<>();
    to.put(OffsetDateTime.class, Coercions::aware);
    to.put(ZonedDateTime.class, value -> map(aware(value), OffsetDateTime::toZonedDateTime));
    to.put(Instant.class, value -> map(aware(value), OffsetDateTime::toInstant));
    to.put(Date.class, value -> map(aware(value), aware -> Date.from(aware.toInstant())));
    to.put(LocalDateTime.class, Coercions::naive);
    to.put(LocalDate.class, Coercions::date);
    to.put(LocalTime.class, value -> time(value) instanceof LocalTime local ? local : null);
    to.put(OffsetTime.class, value -> time(value) instanceof OffsetTime offset ? offset : null);
    to.put(BigDecimal.class, Coercions::decimal);
    to.put(UUID.class, Coercions::uuid);
    to.put(byte[].class, Coercions::bytes);
    return Map.copyOf(to);
  }

  private static @Nullable OffsetDateTime aware(Object value) {
    Object time = dateTime(value);
    if (time instanceof LocalDateTime) {
      throw new DateTimeException("it has no offset; ask for a LocalDateTime, or send an offset");
    }
    return time instanceof OffsetDateTime aware ? aware : null;
  }

  private static @Nullable LocalDateTime naive(Object value) {
    Object time = dateTime(value);
    if (time instanceof OffsetDateTime) {
      throw new DateTimeException("it has an offset; ask for an OffsetDateTime or Instant");
    }
    return time instanceof LocalDateTime naive ? naive : null;
  }

  private static Object dateTime(Object value) {
    return value instanceof String text ? IsoTime.parseDateTime(text) : value;
  }

  /** Peers older than kombu 5.3 send a date as its midnight. */
  private static @Nullable LocalDate date(Object value) {
    if (value instanceof LocalDate date) {
      return date;
    }
    LocalDateTime naive = naive(value);
    return naive != null && naive.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? naive.toLocalDate()
        : null;
  }

  private static Object time(Object value) {
    return value instanceof String text ? IsoTime.parseTime(text) : value;
  }

  private static @Nullable BigDecimal decimal(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    }
    if (value instanceof Long || value instanceof BigInteger || value instanceof Integer) {
      return new BigDecimal(value.toString());
    }
    return value instanceof String && Markers.decimal(value) instanceof BigDecimal decimal
        ? decimal
        : null;
  }

  private static @Nullable UUID uuid(Object value) {
    if (value instanceof UUID uuid) {
      return uuid;
    }
    return value instanceof String ? Markers.uuid(value) : null;
  }

  /** Plain text is taken for base64, which is what other JSON writers send for bytes. */
  private static byte @Nullable [] bytes(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    return value instanceof String text ? Markers.base64(text) : null;
  }

  private static <A, B> @Nullable B map(@Nullable A value, Function<A, B> function) {
    return value == null ? null : function.apply(value);
  }
}
