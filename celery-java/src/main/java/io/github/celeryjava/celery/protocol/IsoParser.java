package io.github.celeryjava.celery.protocol;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.IsoFields;

/**
 * Reads one ISO 8601 date, or date and time, with or without separators: year, month, day or week;
 * hours, minutes, seconds and a fraction after a point or comma; {@code Z} or an offset. Not
 * thread-safe.
 *
 * <p>Accepts what {@code dateutil.parser.isoparse} accepts, which Celery reads times with, and
 * times with an offset in seconds, which Python writes for zones of long ago.
 */
final class IsoParser {

  private final String text;

  // Mutable state
  private int at;

  IsoParser(String text) {
    this.text = text;
  }

  /**
   * The time that was written; without an offset it is UTC.
   *
   * @throws DateTimeParseException if it cannot be read
   */
  Instant instant() {
    try {
      LocalDate date = date();
      if (at == text.length()) {
        return date.atStartOfDay().toInstant(ZoneOffset.UTC);
      }
      at++; // Any single character separates, Python writes T or a blank.
      LocalDateTime local = dateTime(date);
      ZoneOffset offset = offset();
      expect(at == text.length(), "more than a time");
      return local.toInstant(offset);
    } catch (DateTimeParseException e) {
      throw e;
    } catch (DateTimeException e) {
      throw new DateTimeParseException(e.getMessage(), text, at, e);
    }
  }

  private LocalDate date() {
    int year = digits(4);
    if (at == text.length()) {
      return LocalDate.of(year, 1, 1);
    }
    boolean separated = take('-');
    if (take('W')) {
      return week(year, separated);
    }
    int month = digits(2);
    if (separated && !take('-')) {
      expect(at == text.length(), "no day"); // A date alone may leave it out.
      return LocalDate.of(year, month, 1);
    }
    return LocalDate.of(year, month, digits(2));
  }

  private LocalDate week(int year, boolean separated) {
    int week = digits(2);
    int day = 1;
    if (separated ? take('-') : nextIsDigit()) {
      day = digits(1);
    }
    expect(day >= 1 && day <= 7, "no such day of the week");
    LocalDate inFirstWeek = LocalDate.of(year, 1, 4);
    expect(
        week >= 1 && week <= inFirstWeek.range(IsoFields.WEEK_OF_WEEK_BASED_YEAR).getMaximum(),
        "no such week");
    int back = inFirstWeek.getDayOfWeek().getValue() - day;
    return inFirstWeek.minusDays(back).plusWeeks(week - 1L);
  }

  private LocalDateTime dateTime(LocalDate date) {
    int hour = digits(2);
    int minute = 0;
    int second = 0;
    int nano = 0;
    boolean separated = take(':');
    if (separated || nextIsDigit()) {
      minute = digits(2);
      if (separated ? take(':') : nextIsDigit()) {
        second = digits(2);
        nano = fraction();
      }
    }
    if (hour == 24) {
      expect(minute == 0 && second == 0 && nano == 0, "later than midnight");
      return date.plusDays(1).atStartOfDay();
    }
    return date.atTime(LocalTime.of(hour, minute, second, nano));
  }

  private int fraction() {
    if (!take('.') && !take(',')) {
      return 0;
    }
    expect(nextIsDigit(), "no digit of the fraction");
    int micros = 0;
    int read = 0;
    for (; nextIsDigit(); at++, read++) {
      if (read < 6) {
        micros = micros * 10 + (text.charAt(at) - '0');
      }
    }
    for (; read < 6; read++) {
      micros *= 10;
    }
    return micros * 1000;
  }

  private ZoneOffset offset() {
    if (at == text.length() || take('Z') || take('z')) {
      return ZoneOffset.UTC;
    }
    boolean negative = take('-');
    expect(negative || take('+'), "no offset");
    int hours = digits(2);
    int minutes = 0;
    int seconds = 0;
    if (take(':') || nextIsDigit()) {
      minutes = digits(2);
      if (take(':')) {
        seconds = digits(2);
      }
    }
    expect(minutes < 60 && seconds < 60, "no such offset");
    int total = hours * 3600 + minutes * 60 + seconds;
    return ZoneOffset.ofTotalSeconds(negative ? -total : total);
  }

  private int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++, at++) {
      expect(nextIsDigit(), "a digit is missing");
      value = value * 10 + (text.charAt(at) - '0');
    }
    return value;
  }

  private boolean nextIsDigit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(boolean holds, String problem) {
    if (!holds) {
      throw new DateTimeParseException(problem, text, Math.min(at, text.length()));
    }
  }
}
