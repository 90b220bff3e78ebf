package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class YamlSerializerTest {

  private final YamlSerializer yaml =
      new YamlSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  record Order(String id, Instant placed, List<Integer> parts) {}

  @Test
  void recordsTravelAsMapsWithTheirDates() {
    Order order = new Order("yes", Instant.EPOCH, List.of(1, 2));

    assertThat(encoded(order))
        .isEqualTo("id: 'yes'\nparts:\n- 1\n- 2\nplaced: 1970-01-01 00:00:00+00:00\n");
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // applications still have them
  void timesOfEveryKindWithAnOffsetAreTimestamps() {
    OffsetDateTime aware = OffsetDateTime.parse("2031-07-09T08:05:06+02:00");
    List<Object> times =
        List.of(
            aware,
            aware.atZoneSameInstant(ZoneId.of("Europe/Oslo")),
            Date.from(aware.toInstant()),
            aware.withOffsetSameInstant(ZoneOffset.ofHoursMinutesSeconds(0, 19, 32)));

    assertThat(encoded(times))
        .isEqualTo(
            "- 2031-07-09 08:05:06+02:00\n"
                + "- 2031-07-09 08:05:06+02:00\n"
                + "- 2031-07-09 06:05:06+00:00\n"
                + "- 2031-07-09 06:05:06+00:00\n");
  }

  @Test
  void keysKeepTheirOrderIfTheyAreNotAllText() {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put("b", 1);
    map.put(2, 2);
    map.put("a", 3);

    assertThat(encoded(map)).isEqualTo("b: 1\n2: 2\na: 3\n");
  }

  @Test
  void theSameListTwiceIsWrittenTwice() {
    List<Integer> list = List.of(1);

    assertThat(encoded(List.of(list, list))).isEqualTo("- - 1\n- - 1\n");
  }

  static Stream<Arguments> unencodable() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    return Stream.of(
        Arguments.of(
            List.of(Map.of("a", LocalTime.NOON)), "$[0].a", "no form for java.time.LocalTime"),
        Arguments.of(new BigDecimal("1.5"), "$", "no form for java.math.BigDecimal"),
        Arguments.of(new UUID(1, 2), "$", "no form for java.util.UUID"),
        Arguments.of(LocalDate.of(10_000, 1, 1), "$", "year 10000 is outside 1 to 9999"),
        Arguments.of(Map.of(List.of(1), 2), "$.[1]", "keys of a map cannot be"),
        Arguments.of(Set.of(Set.of(1)), "$", "keys of a map cannot be"),
        Arguments.of(endless, "$[0][0]", "deeper than 512 levels"));
  }

  @ParameterizedTest
  @MethodSource("unencodable")
  void namesThePathToAValueThatHasNoForm(Object value, String path, String reason) {
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> yaml.encode(value))
        .withMessageStartingWith("cannot encode the value at " + path)
        .withMessageContaining(reason);
  }

  @Test
  void aSetKeepsItsOrder() {
    assertThat(decoded("!!set {c, a, b}")).isEqualTo(new LinkedHashSet<>(List.of("c", "a", "b")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "!!python/object/apply:os.system [ls]; the tag tag:yaml.org,2002:python/object/apply:os",
        "!<tag:yaml.org,2002:java.net.URL> x; has no meaning here",
        "!!javax.script.ScriptEngineManager [a]; has no meaning here",
        "&a [*a]; the value called a contains itself",
        "[*a]; nothing is called a",
        "[a; in line 1, column 3",
        "a: 'b; in line 1, column ",
        "a: !!int x; not a tag:yaml.org,2002:int",
        "--- a --- b; more than one document",
        "{[a]: b}; the key of a map is a list, a map or a set",
      })
  void saysWhatIsWrongWithAText(String text, String reason) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded(text.replace(" --- ", "\n--- ")))
        .withMessageStartingWith("cannot decode yaml: ")
        .withMessageContaining(reason);
  }

  @Test
  void anErrorShowsNothingOfTheText() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded("password: secret\nother: [1"))
        .withMessageNotContaining("secret");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> yaml.decode("a".getBytes(UTF_16)))
        .withMessage("cannot decode yaml: the body is not utf-8");
  }

  @Test
  @Timeout(20)
  void aliasesDoNotMultiplyWithoutEnd() {
    StringBuilder laughs = new StringBuilder("- &a0 [lol, lol]\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("- &a%d [*a%d, *a%d]\n".formatted(i, i - 1, i - 1));
    }

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded(laughs.toString()))
        .withMessageContaining("with its aliases written out it has more than 1048576 values");
  }

  @Test
  @Timeout(20)
  void mergesDoNotMultiplyWithoutEnd() {
    StringBuilder laughs = new StringBuilder("- &a0 {}\n");
    for (int i = 1; i < 500; i++) {
      laughs.append("- &a%1$d {<<: *a%2$d, a%1$d: v, b%1$d: v, c%1$d: v}\n".formatted(i, i - 1));
    }

    YamlSerializer strict =
        new YamlSerializer(
            ReadLimits.defaults().withMaxInflationRatio(1), JsonSerializer.standard());

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> strict.decode(laughs.toString().getBytes(UTF_8)))
        .withMessageContaining("aliases written out");
  }

  @Test
  void theDepthCountsWhatAliasesContain() {
    YamlSerializer shallow =
        new YamlSerializer(ReadLimits.defaults().withMaxDepth(3), JsonSerializer.standard());

    assertThat(shallow.decode("[&a [1], *a, [*a]]".getBytes(UTF_8))).isNotNull();
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> shallow.decode("[&a [1], [[*a]]]".getBytes(UTF_8)))
        .withMessageContaining("deeper than 3 levels");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> shallow.decode("[[[[1]]]]".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({"[", "'{a: '", "'- '", "'? '", "'{? '", "'[['"})
  @Timeout(20)
  void deepNestingEndsEarlyAndFast(String opening) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> decoded(opening.repeat(300_000)));
  }

  @ParameterizedTest
  @CsvSource({"9", "1:", "0x_", "1_", ".9", "1.9e+", "-", "0b1", "2031-07-09 08:05:06."})
  @Timeout(20)
  void longNumbersAreRefusedOrTextAndFast(String piece) {
    String number = piece + piece.substring(piece.length() - 1).repeat(500_000);

    try {
      assertThat(decoded(number)).isEqualTo(number);
    } catch (DecodeException e) {
      assertThat(e).hasMessageStartingWith("cannot decode yaml: ");
    }
    String sixtieths = "1" + ":1".repeat(200_000);
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> decoded(sixtieths));
  }

  @Test
  @Timeout(20)
  void aLargeOrdinaryTextIsReadInLinearTime() {
    String list = "- {name: a name, values: [1, 2.5, yes], when: 2031-07-09}\n".repeat(20_000);

    assertThat((List<?>) decoded(list)).hasSize(20_000);
  }

  private String encoded(Object value) {
    return new String(yaml.encode(value), UTF_8);
  }

  private Object decoded(String text) {
    return yaml.decode(text.getBytes(UTF_8));
  }
}
