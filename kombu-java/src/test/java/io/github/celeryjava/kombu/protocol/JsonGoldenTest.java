package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One table of values, in Java here and in Python in {@code interop-tests/src/test/python/
 * json_golden.py}. Python's spelling of each is read; Java's spelling is kept in a file that the
 * same script checks in every version of kombu. After a wanted change of it, copy the new file from
 * {@code target} and run the check again.
 */
class JsonGoldenTest {

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private static final Map<String, Object> VALUES = values();

  /** What JSON or Java has no type for comes back as the nearest thing. */
  private static final Map<String, Object> READ_AS = readAs();

  private final JsonTypes json = JsonTypes.standard();

  @Test
  void readsWhatCurrentPythonWrites() throws IOException {
    cases("kombu-5.7.0.json")
        .forEach(
            (name, wire) -> {
              Object expected = READ_AS.getOrDefault(name, VALUES.get(name));

              assertThat(json.decode(wire.getBytes(UTF_8))).as(name).isEqualTo(expected);
            });
  }

  /** Old peers send typed values as plain strings, which the type asked for makes whole again. */
  @Test
  void readsWhatOldPythonWritesOnceATypeIsAskedFor() throws IOException {
    cases("kombu-5.2.4.json")
        .forEach(
            (name, wire) -> {
              if (wire == null || name.equals("typed-inside")) {
                return;
              }
              Object value = READ_AS.getOrDefault(name, VALUES.get(name));
              boolean special = value instanceof Double && name.startsWith("decimal");
              Object expected = special ? wire.replace("\"", "") : value;
              Class<?> type = expected == null ? Object.class : expected.getClass();
              Class<?> asked =
                  expected instanceof Map || expected instanceof List ? Object.class : type;

              assertThat(json.decode(wire.getBytes(UTF_8), asked)).as(name).isEqualTo(expected);
            });
  }

  @ParameterizedTest
  @CsvSource({"java.json, false", "java-legacy.json, true"})
  void writesWhatPythonHasBeenSeenToRead(String file, boolean legacy) throws IOException {
    JsonTypes.Builder builder = JsonTypes.builder();
    JsonTypes dialect = legacy ? builder.legacy().build() : builder.build();
    Map<String, String> written = new LinkedHashMap<>();
    VALUES.forEach(
        (name, value) ->
            written.put(
                name,
                legacy && value instanceof byte[]
                    ? null
                    : new String(dialect.encode(value), UTF_8)));
    Files.write(
        Path.of("target", file), json.encode(ordered("peer", "kombu-java", "cases", written)));

    assertThat(written).isEqualTo(cases(file));
  }

  @SuppressWarnings("unchecked")
  private Map<String, String> cases(String file) throws IOException {
    try (InputStream in = JsonGoldenTest.class.getResourceAsStream("/wire/json/" + file)) {
      Map<String, Object> golden = (Map<String, Object>) json.decode(in.readAllBytes());
      Map<String, String> cases = (Map<String, String>) golden.get("cases");
      assertThat(cases).containsOnlyKeys(VALUES.keySet());
      return cases;
    }
  }

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    putNumbers(values);
    putTexts(values);
    putContainers(values);
    putTimes(values);
    values.put("decimal", new BigDecimal("12.50"));
    values.put("decimal-exponent", new BigDecimal("1E+3"));
    values.put("decimal-small", new BigDecimal("-1.5E-10"));
    values.put("decimal-zero", new BigDecimal("0E-12"));
    values.put(
        "decimal-long", new BigDecimal("1234567890123456789012345678901234567890.123456789"));
    values.put("decimal-nan", Double.NaN);
    values.put("decimal-infinity", Double.NEGATIVE_INFINITY);
    values.put("uuid", ID);
    values.put("bytes-text", "caf\u00e9".getBytes(UTF_8));
    values.put("bytes-binary", Base64.getDecoder().decode("/wD+"));
    values.put("bytes-empty", new byte[0]);
    values.put(
        "typed-inside",
        ordered("when", List.of(LocalDate.of(2031, 7, 9), Map.of("id", ID)), "n", 1L));
    Map<String, Object> embed = new LinkedHashMap<>();
    List.of("callbacks", "errbacks", "chain", "chord").forEach(key -> embed.put(key, null));
    values.put("task-body", List.of(List.of(2L, 3L), Map.of("debug", true), embed));
    return Collections.unmodifiableMap(values);
  }

  private static void putNumbers(Map<String, Object> values) {
    values.put("null", null);
    values.put("true", true);
    values.put("false", false);
    values.put("int-zero", 0L);
    values.put("int-negative", -7L);
    values.put("int-32-bit", 2147483648L);
    values.put("int-beyond-double", 9007199254740993L);
    values.put("int-largest-long", Long.MAX_VALUE);
    values.put("int-smallest-long", Long.MIN_VALUE);
    values.put("int-64-bit", BigInteger.ONE.shiftLeft(64));
    values.put("int-40-digits", BigInteger.TEN.pow(39).add(BigInteger.valueOf(7)));
    values.put("float", 1.5);
    values.put("float-tenth", 0.1);
    values.put("float-large", 1e300);
    values.put("float-whole", 1e16);
    values.put("float-smallest", Double.MIN_VALUE);
    values.put("float-negative-zero", -0.0);
    values.put("float-nan", Double.NaN);
    values.put("float-infinity", Double.POSITIVE_INFINITY);
    values.put("float-negative-infinity", Double.NEGATIVE_INFINITY);
  }

  private static void putTexts(Map<String, Object> values) {
    values.put("text-empty", "");
    values.put("text-ascii", "plain \"quoted\" back\\slash / slash");
    values.put("text-controls", "\u0000\u0001\b\t\n\f\r\u001f\u007f");
    values.put("text-latin", "h\u00e9llo");
    values.put("text-separators", "\u2028\u2029\ufeff");
    values.put("text-astral", "\uD83D\uDE00");
    values.put("text-lone-surrogate", "a\uD800b");
  }

  private static void putContainers(Map<String, Object> values) {
    values.put("list-empty", List.of());
    values.put("list-nested", List.of(1L, List.of(2L, List.of(3L, List.of()))));
    values.put("dict-empty", Map.of());
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("c", null);
    values.put("dict-order", ordered("b", 1L, "a", inner));
    values.put("dict-key-unicode", Map.of("\u00e9\uD83D\uDE00", "\u00e9"));
    values.put("dict-keys-not-text", ordered(2, "int", 1.5, "float", true, "bool", null, "none"));
    values.put("dict-almost-typed", Map.of("__type__", "date"));
  }

  private static void putTimes(Map<String, Object> values) {
    values.put("datetime-utc", OffsetDateTime.parse("2031-07-09T08:05:06Z"));
    values.put("datetime-micros", OffsetDateTime.parse("2031-07-09T08:05:06.000120+02:00"));
    values.put("datetime-west", OffsetDateTime.parse("2031-07-09T08:05:06.5-03:30"));
    values.put("datetime-naive", LocalDateTime.of(2031, 7, 9, 8, 5));
    values.put("datetime-first", LocalDateTime.of(1, 1, 1, 0, 0));
    values.put("datetime-last", OffsetDateTime.parse("9999-12-31T23:59:59.999999Z"));
    values.put("date", LocalDate.of(2031, 7, 9));
    values.put("time", LocalTime.of(8, 5));
    values.put("time-micros", LocalTime.of(8, 5, 6, 7_000));
    values.put("time-aware", OffsetTime.of(8, 5, 0, 0, ZoneOffset.ofHours(2)));
  }

  private static Map<String, Object> readAs() {
    return Map.of(
        "dict-keys-not-text", ordered("2", "int", "1.5", "float", "true", "bool", "null", "none"));
  }

  private static Map<Object, Object> ordered(Object... keysAndValues) {
    Map<Object, Object> map = new LinkedHashMap<>();
    List<Object> all = Arrays.asList(keysAndValues);
    for (int i = 0; i < all.size(); i += 2) {
      map.put(all.get(i), all.get(i + 1));
    }
    return map;
  }
}
