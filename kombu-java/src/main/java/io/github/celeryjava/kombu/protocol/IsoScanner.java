package io.github.celeryjava.kombu.protocol;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of an ISO 8601 date and time from left to right, in every spelling that a peer is
 * known to write: with and without dashes and colons, fractions of any length, {@code Z}, offsets
 * with and without minutes. Not thread-safe; made for one text.
 */
final class IsoScanner {

  private static final int NANO_DIGITS = 9;

  private final String text;

  // Mutable state
  private int at;

  IsoScanner(String text) {
    this.text = text;
  }

  LocalDate date() {
    int year = number(4);
    boolean dashes = skip('-');
    int month = number(2);
    if (dashes) {
      require('-');
    }
    return LocalDate.of(year, month, number(2));
  }

  /** What stands between date and time: any one character, a T as a rule. */
  void separator() {
    at++;
  }

  LocalTime time() {
    if (!atEnd() && text.charAt(at) == 'T') {
      at++;
    }
    int hour = number(2);
    boolean colons = skip(':');
    if (!colons && !digitAhead()) {
      return LocalTime.of(hour, 0);
    }
    int minute = number(2);
    boolean seconds = colons ? skip(':') : digitAhead();
    if (!seconds) {
      return LocalTime.of(hour, minute);
    }
    return LocalTime.of(hour, minute, number(2), fraction());
  }

  /** Null if there is none. */
  @Nullable ZoneOffset offset() {
    if (atEnd()) {
      return null;
    }
    char sign = text.charAt(at++);
    if (sign == 'Z' || sign == 'z') {
      return ZoneOffset.UTC;
    }
    if (sign != '+' && sign != '-') {
      throw unreadable();
    }
    int seconds = number(2) * 3600;
    boolean colons = skip(':');
    if (colons || digitAhead()) {
      seconds += number(2) * 60;
      if (colons ? skip(':') : digitAhead()) {
        seconds += number(2);
        fraction(); // Python can spell microseconds of an offset; Java's offsets have none
      }
    }
    return ZoneOffset.ofTotalSeconds(sign == '-' ? -seconds : seconds);
  }

  boolean atEnd() {
    return at >= text.length();
  }

  void end() {
    if (!atEnd()) {
      throw unreadable();
    }
  }

  private int fraction() {
    if (!skip('.') && !skip(',')) {
      return 0;
    }
    int nanos = 0;
    int digits = 0;
    while (digitAhead()) {
      if (digits < NANO_DIGITS) {
        nanos = nanos * 10 + text.charAt(at) - '0';
      }
      digits++;
      at++;
    }
    if (digits == 0) {
      throw unreadable();
    }
    for (int i = digits; i < NANO_DIGITS; i++) {
      nanos *= 10;
    }
    return nanos;
  }

  private int number(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      if (!digitAhead()) {
        throw unreadable();
      }
      value = value * 10 + text.charAt(at++) - '0';
    }
    return value;
  }

  private boolean digitAhead() {
    return !atEnd() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private boolean skip(char expected) {
    if (!atEnd() && text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void require(char expected) {
    if (!skip(expected)) {
      throw unreadable();
    }
  }

  private DateTimeException unreadable() {
    return new DateTimeException("not an ISO 8601 date or time, from character " + (at + 1));
  }
}
