package io.github.celeryjava.kombu.serialization;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates and times as YAML spells them. Stateless and thread-safe. */
final class YamlTimes {

  private static final int NANOS_A_MICRO = 1_000;
  private static final int SHORTEST = 8;
  private static final int LONGEST = 100;

  private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)");

  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4})-(\\d\\d?)-(\\d\\d?)"
              + "(?:[Tt]|[ \\t]+)"
              + "(\\d\\d?):(\\d\\d):(\\d\\d)(?:\\.(?<fraction>\\d*))?"
              + "(?:[ \\t]*(?<zone>Z|(?<sign>[-+])(?<hours>\\d\\d?)(?::(?<minutes>\\d\\d))?))?");

  private YamlTimes() {}

  static boolean isTime(String plain) {
    return plain.length() >= SHORTEST
        && plain.length() <= LONGEST
        && (DATE.matcher(plain).matches() || TIME.matcher(plain).matches());
  }

  /**
   * @return a {@link LocalDate}, {@link LocalDateTime} or {@link OffsetDateTime}
   * @throws DateTimeException if it is none, or one that is not in the calendar
   */
  static Object parse(String text) {
    Matcher date = DATE.matcher(text);
    if (date.matches()) {
      return day(date);
    }
    Matcher time = TIME.matcher(text);
    if (text.length() > LONGEST || !time.matches()) {
      throw new DateTimeException("neither a date nor a time");
    }
    LocalTime ofDay =
        LocalTime.of(
            number(time.group(4)),
            number(time.group(5)),
            number(time.group(6)),
            micros(time.group("fraction")) * NANOS_A_MICRO);
    LocalDateTime local = LocalDateTime.of(day(time), ofDay);
    ZoneOffset offset = offset(time);
    return offset == null ? local : local.atOffset(offset);
  }

  /** As {@code isoformat} with a space, which is what PyYAML writes. */
  static String format(LocalDateTime value) {
    LocalTime time = value.toLocalTime();
    String seconds =
        "%s %02d:%02d:%02d"
            .formatted(
                format(value.toLocalDate()), time.getHour(), time.getMinute(), time.getSecond());
    int micros = time.getNano() / NANOS_A_MICRO;
    return micros == 0 ? seconds : seconds + ".%06d".formatted(micros);
  }

  /** An offset with seconds, which YAML has no form for, becomes UTC. */
  static String format(OffsetDateTime value) {
    int offset = value.getOffset().getTotalSeconds();
    if (offset % 60 != 0) {
      return format(value.withOffsetSameInstant(ZoneOffset.UTC));
    }
    int minutes = Math.abs(offset) / 60;
    return "%s%s%02d:%02d"
        .formatted(
            format(value.toLocalDateTime()), offset < 0 ? "-" : "+", minutes / 60, minutes % 60);
  }

  /**
   * @throws DateTimeException if the year is none of Python's
   */
  static String format(LocalDate value) {
    LocalDate day = pythonKnows(value);
    return "%04d-%02d-%02d".formatted(day.getYear(), day.getMonthValue(), day.getDayOfMonth());
  }

  private static LocalDate pythonKnows(LocalDate day) {
    if (day.getYear() < 1 || day.getYear() > 9999) {
      throw new DateTimeException(
          "year " + day.getYear() + " is outside 1 to 9999, all that Python knows");
    }
    return day;
  }

  private static LocalDate day(Matcher text) {
    LocalDate day =
        LocalDate.of(number(text.group(1)), number(text.group(2)), number(text.group(3)));
    return pythonKnows(day);
  }

  private static @Nullable ZoneOffset offset(Matcher text) {
    String zone = text.group("zone");
    if (zone == null) {
      return null;
    }
    if (zone.equals("Z")) {
      return ZoneOffset.UTC;
    }
    String minutes = text.group("minutes");
    int seconds = number(text.group("hours")) * 3600 + (minutes == null ? 0 : number(minutes) * 60);
    return ZoneOffset.ofTotalSeconds(text.group("sign").equals("-") ? -seconds : seconds);
  }

  /** Finer than a microsecond is cut off. */
  private static int micros(@Nullable String fraction) {
    return fraction == null ? 0 : number((fraction + "000000").substring(0, 6));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }
}
