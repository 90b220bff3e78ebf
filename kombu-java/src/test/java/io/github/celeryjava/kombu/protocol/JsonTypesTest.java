package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTypesTest {

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final OffsetDateTime AWARE =
      OffsetDateTime.parse("2031-07-09T08:05:06.000120+02:00");

  private final JsonTypes json = JsonTypes.standard();

  enum Colour {
    RED
  }

  @SuppressWarnings("JdkObsolete") // a list without random access is the point
  static Stream<Arguments> plainValues() {
    return Stream.of(
        Arguments.of(null, "null"),
        Arguments.of(true, "true"),
        Arguments.of("h\u00e9 \"q\" \n", "\"h\u00e9 \\\"q\\\" \\n\""),
        Arguments.of("\uD83D\uDE00", "\"\\uD83D\\uDE00\""),
        Arguments.of("a\uD800", "\"a\\uD800\""),
        Arguments.of(1, "1"),
        Arguments.of((short) -2, "-2"),
        Arguments.of((byte) 3, "3"),
        Arguments.of(Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of(
            new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
        Arguments.of(1.5, "1.5"),
        Arguments.of(2.0, "2.0"),
        Arguments.of(0.1f, "0.1"),
        Arguments.of(Double.NaN, "NaN"),
        Arguments.of(Double.POSITIVE_INFINITY, "Infinity"),
        Arguments.of(Float.NEGATIVE_INFINITY, "-Infinity"),
        Arguments.of(List.of(1, List.of("a")), "[1,[\"a\"]]"),
        Arguments.of(new LinkedList<>(List.of(1, 2)), "[1,2]"),
        Arguments.of(new ArrayDeque<>(List.of(1, 2)), "[1,2]"),
        Arguments.of(new Object[] {1, null}, "[1,null]"),
        Arguments.of(new int[] {1, 2}, "[1,2]"),
        Arguments.of(Map.of("a", Map.of()), "{\"a\":{}}"),
        Arguments.of(Colour.RED, "\"RED\""),
        Arguments.of('c', "\"c\""));
  }

  @ParameterizedTest
  @MethodSource("plainValues")
  void writesWhatJsonKnowsAsItIs(Object value, String expected) {
    assertThat(encoded(value)).isEqualTo(expected);
  }

  static Stream<Arguments> typedValues() {
    return Stream.of(
        Arguments.of(AWARE, AWARE, envelope("datetime", "\"2031-07-09T08:05:06.000120+02:00\"")),
        Arguments.of(
            Instant.EPOCH,
            OffsetDateTime.parse("1970-01-01T00:00:00Z"),
            envelope("datetime", "\"1970-01-01T00:00:00+00:00\"")),
        Arguments.of(
            AWARE.atZoneSameInstant(ZoneId.of("Europe/Oslo")),
            AWARE,
            envelope("datetime", "\"2031-07-09T08:05:06.000120+02:00\"")),
        Arguments.of(
            new java.sql.Timestamp(1500),
            OffsetDateTime.parse("1970-01-01T00:00:01.500Z"),
            envelope("datetime", "\"1970-01-01T00:00:01.500000+00:00\"")),
        Arguments.of(
            LocalDateTime.of(2031, 7, 9, 8, 5),
            LocalDateTime.of(2031, 7, 9, 8, 5),
            envelope("datetime", "\"2031-07-09T08:05:00\"")),
        Arguments.of(
            LocalDate.of(2031, 7, 9), LocalDate.of(2031, 7, 9), envelope("date", "\"2031-07-09\"")),
        Arguments.of(LocalTime.of(8, 5), LocalTime.of(8, 5), envelope("time", "\"08:05:00\"")),
        Arguments.of(
            OffsetTime.of(8, 5, 0, 0, ZoneOffset.UTC),
            OffsetTime.of(8, 5, 0, 0, ZoneOffset.UTC),
            envelope("time", "\"08:05:00+00:00\"")),
        Arguments.of(
            new BigDecimal("12.50"), new BigDecimal("12.50"), envelope("decimal", "\"12.50\"")),
        Arguments.of(
            new BigDecimal("1E+3"), new BigDecimal("1E+3"), envelope("decimal", "\"1E+3\"")),
        Arguments.of(ID, ID, envelope("uuid", "{\"hex\":\"00112233445566778899aabbccddeeff\"}")),
        Arguments.of("text".getBytes(UTF_8), "text".getBytes(UTF_8), envelope("bytes", "\"text\"")),
        Arguments.of(new byte[0], new byte[0], envelope("bytes", "\"\"")),
        Arguments.of(
            new byte[] {(byte) 0xff, 0},
            new byte[] {(byte) 0xff, 0},
            envelope("base64", "\"/wA=\"")));
  }

  @ParameterizedTest
  @MethodSource("typedValues")
  void putsWhatJsonLacksIntoAnEnvelopeAndTakesItOutAgain(Object value, Object back, String wire) {
    assertThat(encoded(value)).isEqualTo(wire);
    assertThat(decoded(wire)).isEqualTo(back);
  }

  @Test
  void spellsKeysThatAreNoTextAsPythonDoes() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put(1, "int");
    map.put(1.5, "float");
    map.put(true, "bool");
    map.put(null, "none");
    map.put(Colour.RED, "enum");

    assertThat(encoded(map))
        .isEqualTo(
            "{\"1\":\"int\",\"1.5\":\"float\",\"true\":\"bool\",\"null\":\"none\",\"RED\":\"enum\"}");
  }

  @Test
  void writesABodyThatOutgrowsEveryBuffer() {
    List<String> large = Collections.nCopies(50_000, "a text that is not short");

    assertThat(json.decode(json.encode(large))).isEqualTo(large);
  }

  static Stream<Arguments> unencodable() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    return Stream.of(
        Arguments.of(Set.of(1), "$", "a set has no form"),
        Arguments.of(List.of(1, Map.of("k", List.of(Set.of(1)))), "$[1].k[0]", "send a list"),
        Arguments.of(new Object(), "$", "No serializer found for class java.lang.Object"),
        Arguments.of(Map.of(ID, 1), "$", "keys of a map must be text"),
        Arguments.of(Map.of("when", LocalDate.of(10_000, 1, 1)), "$.when", "outside 1 to 9999"),
        Arguments.of(endless, "$[0][0][0]", "exceeds the maximum allowed"),
        Arguments.of(List.of(new Failing()), "$[0].answer", "no answer"),
        Arguments.of(
            List.of(new Holder(List.of(new Failing()))), "$[0].value[0].answer", "no answer"));
  }

  @ParameterizedTest
  @MethodSource("unencodable")
  void namesThePathToAValueThatHasNoForm(Object value, String path, String reason) {
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> json.encode(value))
        .withMessageContaining("cannot encode the value at " + path)
        .withMessageContaining(reason);
  }

  @Test
  void readsNumbersOfAnySize() {
    assertThat(decoded("7")).isEqualTo(7L);
    assertThat(decoded("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(decoded("9223372036854775808")).isEqualTo(new BigInteger("9223372036854775808"));
    assertThat(decoded("-" + "9".repeat(4300))).isEqualTo(new BigInteger("-" + "9".repeat(4300)));
    assertThat(decoded("1.5e3")).isEqualTo(1500.0);
    assertThat(decoded("NaN")).isEqualTo(Double.NaN);
    assertThat(decoded("-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void readsTypedValuesInsideOfOthersFromTheInsideOut() {
    Object value =
        decoded("{\"a\": [{\"__type__\": \"uuid\", \"__value__\": {\"hex\": \"" + ID + "\"}}]}");

    assertThat(value).isEqualTo(Map.of("a", List.of(ID)));
  }

  @Test
  void readsTheSpellingsOfOtherWriters() {
    assertThat(decoded(envelope("uuid", "\"{" + ID + "}\""))).isEqualTo(ID);
    assertThat(decoded(envelope("base64", "\"/w\\r\\nA=\""))).isEqualTo(new byte[] {-1, 0});
    assertThat(decoded(envelope("base64", "\"/wA\""))).isEqualTo(new byte[] {-1, 0});
    assertThat(decoded(envelope("decimal", "\" 1_000.5 \""))).isEqualTo(new BigDecimal("1000.5"));
    assertThat(decoded(envelope("decimal", "7"))).isEqualTo(new BigDecimal(7));
    assertThat(decoded(envelope("decimal", "0.5"))).isEqualTo(new BigDecimal("0.5"));
    assertThat(decoded(envelope("date", "\"2031-07-09T00:00:00\"")))
        .isEqualTo(LocalDate.of(2031, 7, 9));
  }

  @Test
  void mapsTheDecimalsThatJavaLacksToDoubles() {
    assertThat(decoded(envelope("decimal", "\"NaN\""))).isEqualTo(Double.NaN);
    assertThat(decoded(envelope("decimal", "\"-sNaN12\""))).isEqualTo(Double.NaN);
    assertThat(decoded(envelope("decimal", "\"Infinity\""))).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(decoded(envelope("decimal", "\"-inf\""))).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void takesAnEnvelopeWithMoreOrFewerKeysForAnOrdinaryMap() {
    assertThat(decoded("{\"__type__\":\"date\"}")).isEqualTo(Map.of("__type__", "date"));
    assertThat(decoded("{\"__type__\":\"x\",\"__value__\":1,\"c\":2}"))
        .isEqualTo(Map.of("__type__", "x", "__value__", 1L, "c", 2L));
  }

  @Test
  void keepsTheLastOfTwoEqualKeysAndTheOrderOfTheFirst() {
    Object value = decoded("{\"b\":1,\"a\":2,\"b\":3}");

    assertThat(value).isEqualTo(Map.of("b", 3L, "a", 2L));
    assertThat(((Map<?, ?>) value).keySet().stream().toList()).isEqualTo(List.of("b", "a"));
  }

  @Test
  void readsHalvesOfSurrogatePairsAndWritesThemBack() {
    assertThat(decoded("\"\\ud800x\"")).isEqualTo("\uD800x");
    assertThat(decoded(encoded("\uDC00"))).isEqualTo("\uDC00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[1",
        "[1] 2",
        "{'a': 1}",
        "[1,]",
        "{\"a\":1,}",
        "nul",
        "01",
        "+1",
        "\"a\nb\"",
        "\"\\x\"",
        "// no\n1",
        "\ufeff1",
        "undefined"
      })
  void refusesWhatIsNotJson(String text) {
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> decoded(text));
  }

  @Test
  void saysHowFarItGotInWhatIsNotJson() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded("{broken"))
        .withMessageStartingWith("cannot decode the JSON at $: Unexpected character");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded("{\"a\": [1, x]}"))
        .withMessageStartingWith("cannot decode the JSON at $.a[1]: Unrecognized token 'x'");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> json.decode("[1]".getBytes(UTF_16)));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> json.decode(new byte[] {'"', (byte) 0xff, '"'}))
        .withMessageContaining("UTF-8");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> json.decode(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
        .withMessageContaining("UTF-8");
  }

  static Stream<Arguments> malformedEnvelopes() {
    return Stream.of(
        Arguments.of(envelope("colour", "1"), "unknown __type__ \"colour\"; known are [base64"),
        Arguments.of("{\"__type__\":[],\"__value__\":1}", "unknown __type__ that is no text"),
        Arguments.of(envelope("date", "null"), "must have a value"),
        Arguments.of(envelope("date", "7"), "expected text, found Long"),
        Arguments.of(envelope("datetime", "\"soon\""), "not a datetime"),
        Arguments.of(envelope("time", "\"24:61\""), "not a time"),
        Arguments.of(envelope("decimal", "\"1.2.3\""), "not a decimal"),
        Arguments.of(envelope("decimal", "\"\""), "not a decimal"),
        Arguments.of(envelope("decimal", '"' + "9".repeat(10_001) + '"'), "more than 10000"),
        Arguments.of(envelope("uuid", "{\"hex\":\"12\"}"), "32 hexadecimal digits"),
        Arguments.of(envelope("uuid", "{\"hex\":\"" + "g".repeat(32) + "\"}"), "not a uuid"),
        Arguments.of(envelope("uuid", "{\"int\":7}"), "expected text, found null"),
        Arguments.of(envelope("base64", "\"=\""), "not a base64"));
  }

  @ParameterizedTest
  @MethodSource("malformedEnvelopes")
  void saysWhereAnEnvelopeIsMalformedAndHow(String wire, String reason) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded("{\"args\": [1, " + wire + "]}"))
        .withMessageContaining("$.args[1]")
        .withMessageContaining(reason);
  }

  @Test
  void refusesNumbersWhoseReadingWouldTakeTooLong() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded("9".repeat(10_001)))
        .withMessageContaining("10000");
  }

  @Test
  void readsAndWritesAsDeepAsItIsAllowedTo() {
    JsonTypes shallow = JsonTypes.builder().maxDepth(3).build();
    Object three = List.of(List.of(List.of(1L)));

    assertThat(shallow.decode(shallow.encode(three))).isEqualTo(three);
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> shallow.encode(List.of(three)));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> shallow.decode("[[[[1]]]]".getBytes(UTF_8)));
    assertThat(json.decode(("[".repeat(1000) + "]".repeat(1000)).getBytes(UTF_8))).isNotNull();
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // applications still have them
  void writesWhatOldPeersCanReadInTheLegacyDialect() {
    JsonTypes legacy = JsonTypes.builder().legacy().build();
    List<Object> values =
        Arrays.asList(
            OffsetDateTime.parse("2031-07-09T08:05:06Z"),
            AWARE,
            new Date(0),
            LocalDateTime.of(2031, 7, 9, 8, 5),
            LocalDate.of(2031, 7, 9),
            LocalTime.of(8, 5),
            new BigDecimal("12.50"),
            ID);

    assertThat(new String(legacy.encode(values), UTF_8))
        .isEqualTo(
            "[\"2031-07-09T08:05:06Z\",\"2031-07-09T08:05:06.000120+02:00\","
                + "\"1970-01-01T00:00:00Z\",\"2031-07-09T08:05:00\",\"2031-07-09T00:00:00\","
                + "\"08:05:00\",\"12.50\",\"00112233-4455-6677-8899-aabbccddeeff\"]");
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> legacy.encode(List.of(new byte[1])))
        .withMessageContaining("$[0]")
        .withMessageContaining("no form for bytes");
  }

  private String encoded(Object value) {
    return new String(json.encode(value), UTF_8);
  }

  private Object decoded(String text) {
    return json.decode(text.getBytes(UTF_8));
  }

  private static String envelope(String marker, String value) {
    return "{\"__type__\":\"" + marker + "\",\"__value__\":" + value + "}";
  }

  static final class Failing {

    private String answer;

    public String getAnswer() {
      return requireNonNull(answer, "no answer");
    }
  }

  record Holder(Object value) {}
}
