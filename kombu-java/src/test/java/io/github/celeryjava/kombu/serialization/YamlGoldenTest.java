package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.testing.GoldenFile;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java side of the tables {@code YAML} and {@code YAML_TEXTS} of {@code codec_golden.py}. */
class YamlGoldenTest {

  private static final byte[] BINARY = {(byte) 0xff, 0, (byte) 0xfe};

  private static final String[] TEXTS_LIKE_OTHER_THINGS = {
    "yes",
    "No",
    "ON",
    "off",
    "true",
    "null",
    "~",
    "12",
    "-0x1F",
    "0b11",
    "017",
    "08",
    "1_000",
    "1:30",
    "12:30:45",
    "01:30",
    "1:30.5",
    "190:20:30",
    "1.",
    ".5",
    "1e3",
    "1.0e+3",
    "1.0e3",
    ".inf",
    "-.INF",
    ".NaN",
    "-.nan",
    "2031-07-09",
    "2031-7-9 8:05:06",
    "2031-7-9",
    "2031-07-09T08:05:06Z",
    "<<",
    "=",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "? a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "{a",
    "[a",
    "|",
    ">",
    "'a'",
    "\"a\"",
    "a'b",
    " a",
    "a ",
    "---",
    "...",
    "y",
    "n",
    "+",
    "-",
    ".",
    "_",
    "1_",
    "0_",
    "+12",
    "+.inf",
    "0",
    "00",
    "0o7",
    "a:b",
    "a,b",
    "[]",
    "{}",
    "1:60",
    "1:6:7"
  };

  /** Texts of which Java makes something else than Python, and what; null: nothing. */
  private static final Map<String, String> OTHERWISE = otherwise();

  private static final Map<String, Object> VALUES = values();

  private final YamlSerializer yaml =
      new YamlSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  @ParameterizedTest
  @ValueSource(strings = {"kombu-5.2.4", "kombu-5.7.0"})
  void readsWhatPythonWrites(String peer) {
    Map<String, String> cases = GoldenFile.texts("yaml", peer);

    assertThat(cases).containsOnlyKeys(VALUES.keySet());
    cases.forEach(
        (name, wire) -> {
          if (wire != null) {
            Object value = yaml.decode(Base64.getDecoder().decode(wire));

            assertThat(value).as(name).isEqualTo(VALUES.get(name));
          }
        });
  }

  @Test
  void writesWhatPythonWrites() {
    Map<String, String> written = new LinkedHashMap<>();
    VALUES.forEach((name, value) -> written.put(name, encoded(value)));

    GoldenFile.writeToTarget("yaml", written);
    assertThat(comparable(written)).isEqualTo(comparable(GoldenFile.texts("yaml", "kombu-5.7.0")));
    assertThat(written).isEqualTo(GoldenFile.texts("yaml", GoldenFile.JAVA));
  }

  @Test
  void readsOtherTextsAsPythonDoes() {
    Map<String, String> expected = new LinkedHashMap<>();
    GoldenFile.texts("yaml-texts", "kombu-5.7.0")
        .forEach((text, written) -> expected.put(text, comparable(written)));
    expected.putAll(OTHERWISE);

    Map<String, String> read = new LinkedHashMap<>();
    expected.keySet().forEach(text -> read.put(text, comparable(readAndWritten(text))));

    assertThat(read).isEqualTo(expected);
  }

  private String readAndWritten(String text) {
    try {
      return new String(yaml.encode(yaml.decode(text.getBytes(UTF_8))), UTF_8);
    } catch (DecodeException e) {
      return null;
    }
  }

  private String encoded(Object value) {
    try {
      return Base64.getEncoder().encodeToString(yaml.encode(value));
    } catch (EncodeException e) {
      return null;
    }
  }

  private static Map<String, String> comparable(Map<String, String> cases) {
    Map<String, String> comparable = new LinkedHashMap<>();
    cases.forEach(
        (name, wire) ->
            comparable.put(
                name,
                wire == null
                    ? null
                    : comparable(new String(Base64.getDecoder().decode(wire), UTF_8))));
    return comparable;
  }

  /** Java writes no end of a document, small hexadecimal digits, and quotes around 08. */
  private static String comparable(String yaml) {
    if (yaml == null) {
      return null;
    }
    String unended = yaml.endsWith("\n...\n") ? yaml.substring(0, yaml.length() - 4) : yaml;
    return unended.equals("'08'\n") ? "08\n" : unended.toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> otherwise() {
    Map<String, String> otherwise = new LinkedHashMap<>();
    otherwise.put("<<", "'<<'\n");
    otherwise.put("%a", "null\n");
    otherwise.put("[&a 1, &a 2, *a]", "- 1\n- 2\n- 2\n");
    otherwise.put("[&a {x: 1}, *a]", "- x: 1\n- x: 1\n");
    otherwise.put("&a [*a]", null); // an endless value
    otherwise.put("{1: a, 1.0: b}", "1: a\n1.0: b\n"); // equal keys in Python
    otherwise.put("\"\\x41\\u00e9\\U0001F600\\n\\/\"", null); // the slash needs no escape
    return otherwise;
  }

  private static Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    putNumbers(values);
    putTexts(values);
    putContainers(values);
    putMaps(values);
    values.put("set", Set.of(1L));
    values.put("set-empty", Set.of());
    values.put("date", LocalDate.of(2031, 7, 9));
    values.put("datetime-utc", OffsetDateTime.parse("2031-07-09T08:05:06Z"));
    values.put("datetime-micros", OffsetDateTime.parse("2031-07-09T08:05:06.000120+02:00"));
    values.put("datetime-west", OffsetDateTime.parse("2031-07-09T08:05:06.5-03:30"));
    values.put("datetime-naive", LocalDateTime.of(2031, 7, 9, 8, 5));
    values.put("datetime-first", LocalDateTime.of(1, 1, 1, 0, 0));
    values.put("datetime-last", OffsetDateTime.parse("9999-12-31T23:59:59.999999Z"));
    values.put("time", LocalTime.of(8, 5));
    values.put("decimal", new BigDecimal("12.50"));
    values.put("uuid", UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
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
    values.put("int-largest-long", Long.MAX_VALUE);
    values.put("int-64-bit", BigInteger.ONE.shiftLeft(64));
    values.put("int-40-digits", BigInteger.TEN.pow(39).add(BigInteger.valueOf(7)));
    values.put("float", 1.5);
    values.put("float-tenth", 0.1);
    values.put("float-whole", 1e16);
    values.put("float-large", 1e300);
    values.put("float-small", 1.5e-10);
    values.put("float-negative-zero", -0.0);
    values.put("float-nan", Double.NaN);
    values.put("float-infinity", Double.POSITIVE_INFINITY);
    values.put("float-negative-infinity", Double.NEGATIVE_INFINITY);
  }

  private static void putTexts(Map<String, Object> values) {
    values.put("text-empty", "");
    values.put("text-plain", "plain text");
    for (int i = 0; i < TEXTS_LIKE_OTHER_THINGS.length; i++) {
      values.put("text-like-" + i, TEXTS_LIKE_OTHER_THINGS[i]);
    }
    values.put("text-lines", "one\ntwo\n\n three\n");
    values.put("text-newline", "\n");
    values.put("text-tab", "a\tb");
    values.put("text-controls", "\u0000\u0001\b\u001b\u007f\u0085\u00a0");
    values.put("text-latin", "h\u00e9llo");
    values.put("text-separators", "\u2028\u2029\ufeff");
    values.put("text-astral", "\uD83D\uDE00");
    values.put("text-long", "many words ".repeat(20) + "end");
    values.put("text-long-no-space", "x".repeat(300));
    values.put("bytes", BINARY);
    values.put("bytes-empty", new byte[0]);
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    values.put("bytes-long", all);
  }

  private static void putContainers(Map<String, Object> values) {
    values.put("list-empty", List.of());
    values.put("list", Arrays.asList(1L, "two", null));
    values.put(
        "list-nested", List.of(1L, List.of(2L, List.of(3L, List.of())), Map.of("a", List.of(4L))));
    values.put("map-empty", Map.of());
    Map<String, Object> inner = new LinkedHashMap<>();
    inner.put("c", null);
    inner.put("b", List.of());
    values.put("map-unsorted", Map.of("b", 1L, "a", inner));
    values.put("map-of-lists", Map.of("a", List.of(1L, 2L), "b", List.of(Map.of("c", 1L))));
  }

  private static void putMaps(Map<String, Object> values) {
    Map<Object, Object> numbers = new LinkedHashMap<>();
    numbers.put(1L, "int");
    numbers.put(2L, "int");
    values.put("map-other-keys", numbers);
    values.put("map-bool-key", Map.of(true, 1L));
    values.put("map-null-key", Collections.singletonMap(null, 1L));
    values.put("map-float-key", Map.of(1.5, 1L));
    values.put("map-date-key", Map.of(LocalDate.of(2031, 7, 9), 1L));
    values.put("map-bytes-key", Map.of(ByteBuffer.wrap(BINARY), 1L));
    values.put("map-key-unicode", Map.of("\u00e9\uD83D\uDE00", "\u00e9"));
    values.put("map-long-key", Map.of("k".repeat(200), 1L));
    values.put("map-strange-keys", Map.of("yes", 1L, "12", 2L, "", 3L, "a: b", 4L, "<<", 5L));
  }
}
