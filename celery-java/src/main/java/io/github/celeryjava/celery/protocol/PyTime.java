package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * Times as Python spells them: {@code 2030-01-01T00:00:10.500000+00:00}, microseconds left out when
 * zero.
 *
 * <p>Wire source: {@code datetime.isoformat} for writing; {@code maybe_iso8601} in {@code
 * celery/utils/time.py} (5.2 to 5.7) for reading. The offset is always written in digits, since
 * readers before Python 3.11 refuse {@code Z}, and the fraction always has six, since Celery 5.2
 * takes {@code .5} for five microseconds. Golden copies: {@code src/test/resources/wire/time/}.
 *
 * @hidden
 */
@Internal
public final class PyTime {

  private PyTime() {}

  /**
   * The text of {@code instant} in the offset that {@code zone} has then. What is finer than a
   * microsecond is cut off.
   *
   * @throws IllegalArgumentException if it lies outside the years 1 to 9999, which Python cannot
   *     read
   */
  public static String format(Instant instant, ZoneId zone) {
    ZoneOffset offset =
        zone instanceof ZoneOffset fixed ? fixed : zone.getRules().getOffset(instant);
    LocalDateTime local = localTime(instant, offset);
    StringBuilder text = new StringBuilder(32);
    appendLocal(text, local);
    appendOffset(text, offset.getTotalSeconds());
    return text.toString();
  }

  /** {@link #format}, null for null. */
  static @Nullable String formatOrNull(@Nullable Instant instant, ZoneId zone) {
    return instant == null ? null : format(instant, zone);
  }

  /**
   * Reads any form of ISO 8601 that Python peers write or accept. A time without an offset is UTC;
   * digits beyond the microsecond are dropped.
   *
   * @throws DateTimeParseException if {@code text} is no such time
   */
  public static Instant parse(String text) {
    return new IsoParser(text).instant();
  }

  /**
   * Reads a time that may already have been decoded: a serializer returns typed dates, AMQP has a
   * type of its own for them.
   *
   * @param value text, or a date and time of {@code java.time} or {@code java.util}
   * @throws DateTimeException if it is none of these, or text of another form
   */
  @SuppressWarnings("JavaUtilDate") // what the AMQP client decodes a timestamp to
  static Instant instant(Object value) {
    if (value instanceof CharSequence text) {
      return parse(text.toString());
    }
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    if (value instanceof ZonedDateTime time) {
      return time.toInstant();
    }
    if (value instanceof LocalDateTime time) {
      return time.toInstant(ZoneOffset.UTC);
    }
    if (value instanceof Date date) {
      return Instant.ofEpochMilli(date.getTime());
    }
    throw new DateTimeException("not a time: " + value.getClass().getName());
  }

  private static LocalDateTime localTime(Instant instant, ZoneOffset offset) {
    LocalDateTime local;
    try {
      local = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), offset);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("time out of range: " + instant, e);
    }
    if (local.getYear() < 1 || local.getYear() > 9999) {
      throw new IllegalArgumentException("year must be 1 to 9999, was " + instant);
    }
    return local;
  }

  // A DateTimeFormatter takes several times as long, and each task with a delay needs one or two.
  private static void appendLocal(StringBuilder text, LocalDateTime time) {
    appendTwo(text, time.getYear() / 100);
    appendTwo(text, time.getYear() % 100);
    appendTwo(text.append('-'), time.getMonthValue());
    appendTwo(text.append('-'), time.getDayOfMonth());
    appendTwo(text.append('T'), time.getHour());
    appendTwo(text.append(':'), time.getMinute());
    appendTwo(text.append(':'), time.getSecond());
    int micros = time.getNano() / 1000;
    if (micros != 0) {
      text.append('.');
      appendTwo(text, micros / 10_000);
      appendTwo(text, micros / 100 % 100);
      appendTwo(text, micros % 100);
    }
  }

  private static void appendOffset(StringBuilder text, int totalSeconds) {
    int seconds = Math.abs(totalSeconds);
    text.append(totalSeconds < 0 ? '-' : '+');
    appendTwo(text, seconds / 3600);
    appendTwo(text.append(':'), seconds / 60 % 60);
    if (seconds % 60 != 0) {
      appendTwo(text.append(':'), seconds % 60);
    }
  }

  private static void appendTwo(StringBuilder text, int value) {
    text.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
