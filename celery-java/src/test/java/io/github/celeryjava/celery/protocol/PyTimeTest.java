package io.github.celeryjava.celery.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Date;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PyTimeTest {

  static Stream<JsonNode> written() {
    return Stream.concat(
        Golden.cases("time", Golden.NEWEST, "write"), Golden.cases("time", Golden.OLDEST, "write"));
  }

  static Stream<JsonNode> read() {
    return Golden.cases("time", Golden.NEWEST, "read");
  }

  @ParameterizedTest
  @MethodSource("written")
  void writesWhatPythonWrites(JsonNode expected) {
    Instant instant =
        Instant.ofEpochSecond(
            expected.get("epoch").asLong(), expected.get("micro").asLong() * 1000);

    String text = PyTime.format(instant, ZoneId.of(expected.get("zone").asText()));

    assertThat(text).isEqualTo(expected.get("text").asText());
    assertThat(PyTime.parse(text)).isEqualTo(instant);
  }

  @ParameterizedTest
  @MethodSource("read")
  void readsWhatPythonReadsAndRefusesWhatPythonRefuses(JsonNode expected) {
    String text = expected.get("text").asText();

    if (expected.get("epoch").isNull()) {
      assertThatThrownBy(() -> PyTime.parse(text)).isInstanceOf(DateTimeParseException.class);
    } else {
      BigDecimal micros =
          new BigDecimal(expected.get("epoch").asText()).multiply(BigDecimal.valueOf(1_000_000));
      Instant instant = PyTime.parse(text);
      assertThat(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1000)
          .isEqualTo(micros.longValue());
    }
  }

  @Test
  void cutsOffWhatIsFinerThanAMicrosecond() {
    assertThat(PyTime.format(Instant.ofEpochSecond(0, 999), ZoneOffset.UTC))
        .isEqualTo("1970-01-01T00:00:00+00:00");
    assertThat(PyTime.format(Instant.ofEpochSecond(0, 1_999), ZoneOffset.UTC))
        .isEqualTo("1970-01-01T00:00:00.000001+00:00");
    assertThat(PyTime.parse("1970-01-01T00:00:00.0000019"))
        .isEqualTo(Instant.ofEpochSecond(0, 1000));
  }

  @Test
  void readsBackTheOffsetsOfLongAgo() {
    Instant instant = Instant.parse("1800-01-01T00:00:00Z");
    String text = PyTime.format(instant, ZoneId.of("Europe/Berlin"));

    assertThat(text).isEqualTo("1800-01-01T00:53:28+00:53:28");
    assertThat(PyTime.parse(text)).isEqualTo(instant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1000000000-01-01T00:00:00Z",
        "0000-12-31T23:59:59Z",
        "+10000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59Z"
      })
  void refusesToWriteYearsThatPythonCannotRead(String instant) {
    assertThatThrownBy(() -> PyTime.format(Instant.parse(instant), ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // the AMQP client returns it
  void takesTimesThatWereDecodedBefore() {
    Instant instant = Instant.parse("2024-01-02T03:04:05Z");

    assertThat(PyTime.instant(instant)).isEqualTo(instant);
    assertThat(PyTime.instant(OffsetDateTime.parse("2024-01-02T05:04:05+02:00")))
        .isEqualTo(instant);
    assertThat(PyTime.instant(ZonedDateTime.parse("2024-01-02T04:04:05+01:00[Europe/Berlin]")))
        .isEqualTo(instant);
    assertThat(PyTime.instant(LocalDateTime.parse("2024-01-02T03:04:05"))).isEqualTo(instant);
    assertThat(PyTime.instant(Date.from(instant))).isEqualTo(instant);
    assertThatThrownBy(() -> PyTime.instant(1704164645)).isInstanceOf(DateTimeException.class);
  }

  @Property
  void readsBackWhatItWrote(
      @ForAll @LongRange(min = -62135510400L, max = 253402214400L) long second,
      @ForAll @IntRange(max = 999_999) int micro,
      @ForAll @IntRange(min = -64_000, max = 64_000) int offset) {
    Instant instant = Instant.ofEpochSecond(second, micro * 1000L);
    ZoneOffset zone =
        second < -62135500000L || second > 253402200000L
            ? ZoneOffset.UTC
            : ZoneOffset.ofTotalSeconds(offset / 10);

    assertThat(PyTime.parse(PyTime.format(instant, zone))).isEqualTo(instant);
  }

  @Property
  void readsOrRefusesAnyText(@ForAll String text) {
    try {
      assertThat(PyTime.parse(text)).isNotNull();
    } catch (DateTimeParseException e) {
      assertThat(e.getParsedString()).isEqualTo(text);
    }
  }

  @Property
  void readsOrRefusesAnythingThatLooksLikeATime(@ForAll("likeTimes") String text) {
    try {
      assertThat(PyTime.parse(text)).isNotNull();
    } catch (DateTimeParseException e) {
      assertThat(e.getErrorIndex()).isBetween(0, text.length());
    }
  }

  @Provide
  Arbitrary<String> likeTimes() {
    return Arbitraries.strings().withChars("0123456789-:.+TZW,").ofMaxLength(34);
  }
}
