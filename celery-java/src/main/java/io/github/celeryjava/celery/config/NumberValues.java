package io.github.celeryjava.celery.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads numbers and time spans; null is the answer to anything else. */
final class NumberValues {

  private static final BigDecimal LONGEST_SECONDS = BigDecimal.valueOf(Long.MAX_VALUE / 1000);
  private static final BigDecimal NANOS_A_SECOND = BigDecimal.valueOf(1_000_000_000);
  private static final int LONGEST_TEXT = 40;

  private NumberValues() {}

  static @Nullable Integer integer(Object raw) {
    BigDecimal number = exact(raw);
    if (number == null || number.abs().compareTo(BigDecimal.valueOf(1L << 32)) > 0) {
      return null;
    }
    boolean whole = number.stripTrailingZeros().scale() <= 0;
    long value = number.longValue();
    return whole && value == (int) value ? (Integer) (int) value : null;
  }

  static @Nullable Double decimal(Object raw) {
    BigDecimal number = exact(raw);
    return number == null ? null : (Double) number.doubleValue();
  }

  /** A span from a number of units, an ISO-8601 text such as {@code PT5M}, or itself. */
  static @Nullable Duration span(Object raw, int unitsASecond) {
    Duration span = raw instanceof Duration given ? given : counted(raw, unitsASecond);
    return span == null || span.isNegative() ? null : span;
  }

  static Number plain(Duration span, int unitsASecond) {
    BigDecimal units =
        BigDecimal.valueOf(span.getSeconds())
            .add(BigDecimal.valueOf(span.getNano(), 9))
            .multiply(BigDecimal.valueOf(unitsASecond))
            .stripTrailingZeros();
    return units.scale() <= 0 ? (Number) units.longValue() : (Number) units.doubleValue();
  }

  static @Nullable Integer deliveryMode(Object raw) {
    return switch (raw.toString().strip().toLowerCase(Locale.ROOT)) {
      case "1", "transient" -> 1;
      case "2", "persistent" -> 2;
      default -> null;
    };
  }

  private static @Nullable Duration counted(Object raw, int unitsASecond) {
    BigDecimal units = exact(raw);
    if (units == null) {
      return raw instanceof CharSequence ? iso(raw.toString().strip()) : null;
    }
    BigDecimal seconds = units.divide(BigDecimal.valueOf(unitsASecond));
    if (seconds.abs().compareTo(LONGEST_SECONDS) > 0) {
      return null;
    }
    BigDecimal[] parts = seconds.divideAndRemainder(BigDecimal.ONE);
    long nanos = parts[1].multiply(NANOS_A_SECOND).setScale(0, RoundingMode.HALF_UP).longValue();
    return Duration.ofSeconds(parts[0].longValue(), nanos);
  }

  private static @Nullable Duration iso(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal exact(Object raw) {
    if (raw instanceof BigDecimal number) {
      return number;
    }
    if (raw instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    boolean readable = raw instanceof CharSequence || raw instanceof Number;
    String text = raw.toString().strip();
    if (!readable || text.length() > LONGEST_TEXT) {
      return null;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
