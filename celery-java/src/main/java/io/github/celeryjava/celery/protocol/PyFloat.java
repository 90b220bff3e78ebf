package io.github.celeryjava.celery.protocol;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text of a double as Python has it: the shortest decimal that reads back as the same double. */
final class PyFloat {

  private static final int SURE_DIGITS = 15;

  // Below a power of two the next double is nearer than above it, so that the nearest decimal may
  // belong to it and yet the one on the other side still reads as the right one.
  private static final List<RoundingMode> NEAREST_FIRST =
      List.of(RoundingMode.HALF_EVEN, RoundingMode.UP);

  private PyFloat() {}

  static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    String java = Double.toString(value);
    if (isPlainAndShort(java)) {
      return java;
    }
    return layOut(value < 0, shortest(Math.abs(value)));
  }

  /** Most numbers in arguments: Java lays them out as Python does, and cannot be too long. */
  private static boolean isPlainAndShort(String java) {
    return java.length() <= SURE_DIGITS
        && java.indexOf('E') < 0
        && (java.endsWith(".0") || !java.endsWith("0"));
  }

  /**
   * Java's own text is not always the shortest: before JDK 19 it may have a digit too many, and for
   * the smallest numbers it has two where one is enough. Up to 15 digits no two decimals read as
   * the same double, so that only longer ones need a second look.
   */
  private static BigDecimal shortest(double value) {
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (shortest.precision() <= SURE_DIGITS && value >= Double.MIN_NORMAL) {
      return shortest;
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = shortest.precision(); digits > 0; digits--) {
      BigDecimal shorter = withDigits(exact, value, digits);
      if (shorter == null) {
        break;
      }
      shortest = shorter.stripTrailingZeros();
    }
    return shortest;
  }

  /** The nearest decimal of so many digits that reads as {@code value}; null if none does. */
  private static @Nullable BigDecimal withDigits(BigDecimal exact, double value, int digits) {
    for (RoundingMode mode : NEAREST_FIRST) {
      BigDecimal rounded = exact.round(new MathContext(digits, mode));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return null;
  }

  /**
   * Python changes to an exponent below 0.0001 and from 1e16 on, and gives it two digits at least.
   */
  private static String layOut(boolean negative, BigDecimal value) {
    String digits = value.unscaledValue().toString();
    int exponent = digits.length() - 1 - value.scale();
    StringBuilder text = new StringBuilder(24);
    if (negative) {
      text.append('-');
    }
    if (exponent < -4 || exponent >= 16) {
      text.append(digits.charAt(0));
      if (digits.length() > 1) {
        text.append('.').append(digits, 1, digits.length());
      }
      int size = Math.abs(exponent);
      text.append(exponent < 0 ? "e-" : "e+").append(size < 10 ? "0" : "").append(size);
    } else if (exponent < 0) {
      text.append("0.").append("0".repeat(-exponent - 1)).append(digits);
    } else if (digits.length() <= exponent + 1) {
      text.append(digits).append("0".repeat(exponent + 1 - digits.length())).append(".0");
    } else {
      text.append(digits, 0, exponent + 1)
          .append('.')
          .append(digits, exponent + 1, digits.length());
    }
    return text.toString();
  }
}
