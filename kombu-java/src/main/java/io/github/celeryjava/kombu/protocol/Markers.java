package io.github.celeryjava.kombu.protocol;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what stands in a typed envelope into a Java value, by its marker. Immutable and
 * thread-safe.
 *
 * <p>Wire source: {@code kombu/utils/json.py}. Reads more spellings than kombu writes.
 */
final class Markers {

  /** Longer numbers take time that grows with the square of their length. */
  static final int MAX_NUMBER_LENGTH = 10_000;

  private static final int HEX_DIGITS = 32;

  private static final Pattern NOT_FINITE =
      Pattern.compile("(?i)(?<sign>[+-]?)(?:inf(?:inity)?|(?<nan>s?nan[0-9]*))");

  private final Map<String, Function<Object, ?>> decoders;

  /**
   * @param own decoders of the application's own markers; they win over kombu's
   */
  Markers(Map<String, Function<Object, ?>> own) {
    Map<String, Function<Object, ?>> all = new HashMap<>();
    all.put(TypedValues.DATETIME, value -> IsoTime.parseDateTime(text(value)));
    all.put(TypedValues.DATE, value -> IsoTime.parseDate(text(value)));
    all.put(TypedValues.TIME, value -> IsoTime.parseTime(text(value)));
    all.put(TypedValues.DECIMAL, Markers::decimal);
    all.put(TypedValues.UUID_MARKER, Markers::uuid);
    all.put(TypedValues.BYTES, value -> text(value).getBytes(StandardCharsets.UTF_8));
    all.put(TypedValues.BASE64, value -> base64(text(value)));
    all.putAll(own);
    decoders = Map.copyOf(all);
  }

  /**
   * The value of an envelope.
   *
   * @throws DecodeException if nobody knows the marker, or the value is null, or not of the shape
   *     that the marker promises
   */
  Object decode(@Nullable Object marker, @Nullable Object value) {
    Function<Object, ?> decoder = marker instanceof String name ? decoders.get(name) : null;
    if (decoder == null) {
      throw new DecodeException(
          "unknown "
              + TypedValues.TYPE
              + " "
              + (marker instanceof String name ? '"' + shortened(name) + '"' : "that is no text")
              + "; known are "
              + decoders.keySet().stream().sorted().toList(),
          null);
    }
    if (value == null) {
      throw new DecodeException("a " + marker + " must have a value, was null", null);
    }
    try {
      return decoder.apply(value);
    } catch (RuntimeException e) {
      throw new DecodeException("not a " + marker + ": " + e.getMessage(), e);
    }
  }

  /**
   * A decimal, or a {@link Double} for those that Java's decimals lack: not a number, the
   * infinities.
   */
  static Object decimal(Object value) {
    if (value instanceof Number number) {
      return number instanceof Double real
          ? new BigDecimal(real)
          : new BigDecimal(number.toString());
    }
    String text = text(value).trim().replace("_", "");
    if (text.length() > MAX_NUMBER_LENGTH) {
      throw new NumberFormatException("more than " + MAX_NUMBER_LENGTH + " characters");
    }
    Matcher special = NOT_FINITE.matcher(text);
    return special.matches() ? notFinite(special) : new BigDecimal(text);
  }

  private static Double notFinite(Matcher number) {
    if (number.group("nan") != null) {
      return Double.NaN;
    }
    return number.group("sign").equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** In 32 hexadecimal digits, dashes and braces allowed; a bare text too, unlike Python. */
  static UUID uuid(Object value) {
    Object hex = value instanceof Map<?, ?> fields ? fields.get(TypedValues.HEX) : value;
    String digits = text(hex).replace("urn:", "").replace("uuid:", "").replaceAll("[-{}]", "");
    if (digits.length() != HEX_DIGITS) {
      throw new NumberFormatException("it has no " + HEX_DIGITS + " hexadecimal digits");
    }
    BigInteger number = new BigInteger(digits, 16);
    if (number.signum() < 0) {
      throw new NumberFormatException("it has a sign");
    }
    return new UUID(number.shiftRight(Long.SIZE).longValue(), number.longValue());
  }

  /** Line breaks and other strangers are skipped, as Python does. */
  static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Base64.getMimeDecoder().decode(text); // slower, and the judge of what is readable
    }
  }

  static String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new DecodeException(
        "expected text, found " + (value == null ? "null" : value.getClass().getSimpleName()),
        null);
  }

  private static String shortened(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "...";
  }
}
