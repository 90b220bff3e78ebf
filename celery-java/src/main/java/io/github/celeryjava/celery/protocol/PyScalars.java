package io.github.celeryjava.celery.protocol;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Python's text of single values: numbers, dates, identifiers, bytes, quoted text. */
final class PyScalars {

  private PyScalars() {}

  /** The text of anything that is neither text nor bytes nor a container. */
  static String text(Object value) {
    if (value instanceof Boolean bool) {
      return bool ? "True" : "False";
    }
    if (value instanceof Double number) {
      return PyFloat.text(number);
    }
    if (value instanceof Float) {
      // It goes over the wire by its decimal digits, which Python reads as a double.
      return PyFloat.text(Double.parseDouble(value.toString()));
    }
    if (value instanceof BigDecimal decimal) {
      return "Decimal('" + decimal + "')";
    }
    if (value instanceof UUID uuid) {
      return "UUID('" + uuid + "')";
    }
    if (value instanceof Duration duration) {
      return timedelta(duration);
    }
    String time = time(value);
    return time != null ? time : other(value);
  }

  private static @Nullable String time(Object value) {
    if (value instanceof LocalDate date) {
      return "datetime.date("
          + date.getYear()
          + ", "
          + date.getMonthValue()
          + ", "
          + date.getDayOfMonth()
          + ")";
    }
    if (value instanceof LocalTime time) {
      return "datetime.time(" + time.getHour() + ", " + time.getMinute() + rest(time) + ")";
    }
    if (value instanceof LocalDateTime local) {
      return datetime(local, null);
    }
    if (value instanceof Instant instant) {
      return datetime(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), ZoneOffset.UTC);
    }
    if (value instanceof OffsetDateTime time) {
      return datetime(time.toLocalDateTime(), time.getOffset());
    }
    if (value instanceof ZonedDateTime time) {
      return datetime(time.toLocalDateTime(), time.getZone());
    }
    return null;
  }

  private static String datetime(LocalDateTime time, @Nullable ZoneId zone) {
    return "datetime.datetime("
        + time.getYear()
        + ", "
        + time.getMonthValue()
        + ", "
        + time.getDayOfMonth()
        + ", "
        + time.getHour()
        + ", "
        + time.getMinute()
        + rest(time.toLocalTime())
        + (zone == null ? ")" : ", tzinfo=" + zone(zone) + ")");
  }

  private static String rest(LocalTime time) {
    int micros = time.getNano() / 1000;
    if (micros != 0) {
      return ", " + time.getSecond() + ", " + micros;
    }
    return time.getSecond() != 0 ? ", " + time.getSecond() : "";
  }

  private static String zone(ZoneId zone) {
    if (!(zone instanceof ZoneOffset offset)) {
      return "zoneinfo.ZoneInfo(key='" + zone.getId() + "')";
    }
    return offset.getTotalSeconds() == 0
        ? "datetime.timezone.utc"
        : "datetime.timezone(" + timedelta(Duration.ofSeconds(offset.getTotalSeconds())) + ")";
  }

  /** Python keeps days, seconds of the day and microseconds, and only days may be negative. */
  private static String timedelta(Duration duration) {
    long days = Math.floorDiv(duration.getSeconds(), 86_400L);
    long seconds = Math.floorMod(duration.getSeconds(), 86_400L);
    int micros = duration.getNano() / 1000;
    StringBuilder text = new StringBuilder("datetime.timedelta(");
    int start = text.length();
    appendPart(text, start, "days=", days);
    appendPart(text, start, "seconds=", seconds);
    appendPart(text, start, "microseconds=", micros);
    return text.append(text.length() == start ? "0)" : ")").toString();
  }

  private static void appendPart(StringBuilder text, int start, String name, long value) {
    if (value != 0) {
      text.append(text.length() == start ? "" : ", ").append(name).append(value);
    }
  }

  private static String other(Object value) {
    try {
      String text = value.toString();
      return text == null ? unrepresentable(value, "toString() returned null") : text;
    } catch (RuntimeException | StackOverflowError e) {
      return unrepresentable(value, e.getClass().getName());
    }
  }

  private static String unrepresentable(Object value, String problem) {
    return "<Unrepresentable " + value.getClass().getName() + ": " + problem + ">";
  }

  /** Python's name for a container. */
  static String typeName(Object container) {
    if (container instanceof Map) {
      return "dict";
    }
    return container instanceof Set ? "set" : "list";
  }

  /** Text if the bytes are UTF-8, else their digits. */
  static String bytes(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return HexFormat.of().formatHex(bytes);
    }
  }

  /** Elements of an array of any kind. */
  static Collection<@Nullable Object> boxed(Object array) {
    if (array instanceof @Nullable Object[] objects) {
      return Arrays.asList(objects);
    }
    @Nullable Object[] objects = new Object[Array.getLength(array)];
    Arrays.setAll(objects, i -> Array.get(array, i));
    List<@Nullable Object> list = Arrays.asList(objects);
    return list;
  }

  /** Text as a Python literal: escaped, in double quotes if it holds only single ones. */
  static void appendLiteral(StringBuilder out, String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints().forEach(c -> appendEscaped(out, c, quote, isPrintable(c)));
    out.append(quote);
  }

  /** Bytes as a Python literal. */
  static void appendLiteral(StringBuilder out, byte[] bytes) {
    boolean single = false;
    boolean twofold = false;
    for (byte b : bytes) {
      single |= b == '\'';
      twofold |= b == '"';
    }
    char quote = single && !twofold ? '"' : '\'';
    out.append('b').append(quote);
    for (byte b : bytes) {
      appendEscaped(out, b & 0xFF, quote, b >= ' ' && b < 0x7F);
    }
    out.append(quote);
  }

  private static void appendEscaped(StringBuilder out, int c, char quote, boolean printable) {
    if (c == quote || c == '\\') {
      out.append('\\').append((char) c);
    } else if (printable) {
      out.appendCodePoint(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (c <= 0xFF) {
      out.append("\\x").append(HexFormat.of().toHexDigits(c, 2));
    } else if (c <= 0xFFFF) {
      out.append("\\u").append(HexFormat.of().toHexDigits(c, 4));
    } else {
      out.append("\\U").append(HexFormat.of().toHexDigits(c, 8));
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
