package io.github.celeryjava.kombu.protocol;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times in the spelling of Python's {@code isoformat}: seconds always, a fraction of six
 * digits or none, an offset as {@code +HH:MM} and never {@code Z}, since Python before 3.11 reads
 * nothing else. Reading, in {@link IsoScanner}, is more tolerant. Stateless and thread-safe.
 */
final class IsoTime {

  private static final int NANOS_A_MICRO = 1_000;

  private IsoTime() {}

  /** With an offset, which is what Python calls aware. Finer than a microsecond is cut off. */
  static String format(OffsetDateTime value) {
    StringBuilder out = new StringBuilder(32);
    appendDate(out, value.toLocalDate());
    appendTime(out.append('T'), value.toLocalTime());
    appendOffset(out, value.getOffset());
    return out.toString();
  }

  /** Without an offset, which is what Python calls naive. */
  static String format(LocalDateTime value) {
    StringBuilder out = new StringBuilder(26);
    appendDate(out, value.toLocalDate());
    appendTime(out.append('T'), value.toLocalTime());
    return out.toString();
  }

  static String format(LocalDate value) {
    StringBuilder out = new StringBuilder(10);
    appendDate(out, value);
    return out.toString();
  }

  static String format(LocalTime value) {
    StringBuilder out = new StringBuilder(15);
    appendTime(out, value);
    return out.toString();
  }

  static String format(OffsetTime value) {
    StringBuilder out = new StringBuilder(21);
    appendTime(out, value.toLocalTime());
    appendOffset(out, value.getOffset());
    return out.toString();
  }

  /**
   * Reads a date with a time.
   *
   * @return an {@link OffsetDateTime}, or a {@link LocalDateTime} if the text names no offset
   * @throws DateTimeException if the text is something else
   */
  static Object parseDateTime(String text) {
    IsoScanner in = new IsoScanner(text);
    LocalDate date = in.date();
    if (in.atEnd()) {
      return date.atStartOfDay();
    }
    in.separator();
    LocalDateTime local = LocalDateTime.of(date, in.time());
    ZoneOffset offset = in.offset();
    in.end();
    return offset == null ? local : OffsetDateTime.of(local, offset);
  }

  /** Reads a date; a time behind it is checked and dropped, as Python does. */
  static LocalDate parseDate(String text) {
    Object value = parseDateTime(text);
    return value instanceof OffsetDateTime aware
        ? aware.toLocalDate()
        : ((LocalDateTime) value).toLocalDate();
  }

  /**
   * Reads a time of day.
   *
   * @return an {@link OffsetTime}, or a {@link LocalTime} if the text names no offset
   * @throws DateTimeException if the text is something else
   */
  static Object parseTime(String text) {
    IsoScanner in = new IsoScanner(text);
    LocalTime local = in.time();
    @Nullable ZoneOffset offset = in.offset();
    in.end();
    return offset == null ? local : OffsetTime.of(local, offset);
  }

  private static void appendDate(StringBuilder out, LocalDate date) {
    int year = date.getYear();
    if (year < 1 || year > 9999) {
      throw new DateTimeException("year " + year + " is outside 1 to 9999, all that Python knows");
    }
    appendTwo(out, year / 100);
    appendTwo(out, year % 100);
    appendTwo(out.append('-'), date.getMonthValue());
    appendTwo(out.append('-'), date.getDayOfMonth());
  }

  private static void appendTime(StringBuilder out, LocalTime time) {
    appendTwo(out, time.getHour());
    appendTwo(out.append(':'), time.getMinute());
    appendTwo(out.append(':'), time.getSecond());
    int micros = time.getNano() / NANOS_A_MICRO;
    if (micros != 0) {
      appendTwo(out.append('.'), micros / 10_000);
      appendTwo(out, micros / 100 % 100);
      appendTwo(out, micros % 100);
    }
  }

  private static void appendOffset(StringBuilder out, ZoneOffset offset) {
    int seconds = Math.abs(offset.getTotalSeconds());
    appendTwo(out.append(offset.getTotalSeconds() < 0 ? '-' : '+'), seconds / 3600);
    appendTwo(out.append(':'), seconds / 60 % 60);
    if (seconds % 60 != 0) {
      appendTwo(out.append(':'), seconds % 60);
    }
  }

  private static void appendTwo(StringBuilder out, int number) {
    out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
