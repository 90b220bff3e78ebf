package io.github.celeryjava.kombu.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {

  /**
   * Java's own spelling leaves out seconds, shortens fractions and says Z: all refused by peers.
   */
  @ParameterizedTest
  @CsvSource({
    "2031-07-09T08:05Z,                   2031-07-09T08:05:00+00:00",
    "2031-07-09T08:05:06.00012+02:00,     2031-07-09T08:05:06.000120+02:00",
    "2031-07-09T08:05:06.5-09:30,         2031-07-09T08:05:06.500000-09:30",
    "2031-07-09T08:05:06.123456789Z,      2031-07-09T08:05:06.123456+00:00",
    "2031-07-09T08:05:06.000000999Z,      2031-07-09T08:05:06+00:00",
    "2031-07-09T08:05:06+01:02:03,        2031-07-09T08:05:06+01:02:03",
    "0001-01-01T00:00:00Z,                0001-01-01T00:00:00+00:00"
  })
  void spellsATimeWithAnOffsetAsPythonDoes(String java, String python) {
    assertThat(IsoTime.format(OffsetDateTime.parse(java))).isEqualTo(python);
  }

  @Test
  void spellsTheOtherTypesAsPythonDoes() {
    assertThat(IsoTime.format(LocalDateTime.of(2031, 7, 9, 8, 5))).isEqualTo("2031-07-09T08:05:00");
    assertThat(IsoTime.format(LocalDate.of(31, 7, 9))).isEqualTo("0031-07-09");
    assertThat(IsoTime.format(LocalTime.of(8, 5, 0, 120_000))).isEqualTo("08:05:00.000120");
    assertThat(IsoTime.format(OffsetTime.of(8, 5, 6, 0, ZoneOffset.ofHours(-3))))
        .isEqualTo("08:05:06-03:00");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 10_000})
  void refusesToWriteYearsThatPythonLacks(int year) {
    LocalDate date = LocalDate.of(year, 1, 1);

    assertThatExceptionOfType(DateTimeException.class)
        .isThrownBy(() -> IsoTime.format(date))
        .withMessageContaining("outside 1 to 9999");
  }

  @ParameterizedTest
  @CsvSource({
    "2031-07-09T08:05:06.000120+02:00,   2031-07-09T08:05:06.000120+02:00",
    "2031-07-09T08:05:06Z,               2031-07-09T08:05:06Z",
    "2031-07-09 08:05:06.5z,             2031-07-09T08:05:06.5Z",
    "2031-07-09T08:05:06.1234567890123Z, 2031-07-09T08:05:06.123456789Z",
    "'2031-07-09T08:05:06,250+0000',     2031-07-09T08:05:06.250Z",
    "20310709T080506-0330,               2031-07-09T08:05:06-03:30",
    "2031-07-09T08:05+02,                2031-07-09T08:05:00+02:00",
    "2031-07-09T08Z,                     2031-07-09T08:00:00Z",
    "2031-07-09T08:05:06+01:02:03,       2031-07-09T08:05:06+01:02:03",
    "2031-07-09T08:05:06+01:02:03.5,     2031-07-09T08:05:06+01:02:03"
  })
  void readsEverySpellingOfATimeWithAnOffset(String text, String expected) {
    assertThat(IsoTime.parseDateTime(text)).isEqualTo(OffsetDateTime.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "2031-07-09T08:05:06.000120, 2031-07-09T08:05:06.000120",
    "2031-07-09T08:05,           2031-07-09T08:05:00",
    "2031-07-09,                 2031-07-09T00:00:00"
  })
  void readsATimeWithoutAnOffsetAsALocalOne(String text, String expected) {
    assertThat(IsoTime.parseDateTime(text)).isEqualTo(LocalDateTime.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2031-07-09", "20310709", "2031-07-09T23:59:59", "2031-07-09T00:00:00Z"})
  void readsADateAndDropsATimeBehindIt(String text) {
    assertThat(IsoTime.parseDate(text)).isEqualTo(LocalDate.of(2031, 7, 9));
  }

  @Test
  void readsTimesOfDayWithAndWithoutAnOffset() {
    assertThat(IsoTime.parseTime("08:05:00")).isEqualTo(LocalTime.of(8, 5));
    assertThat(IsoTime.parseTime("T0805")).isEqualTo(LocalTime.of(8, 5));
    assertThat(IsoTime.parseTime("08:05:00.000120")).isEqualTo(LocalTime.of(8, 5, 0, 120_000));
    assertThat(IsoTime.parseTime("08:05:00-03:00"))
        .isEqualTo(OffsetTime.of(8, 5, 0, 0, ZoneOffset.ofHours(-3)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2031",
        "2031-07",
        "2031-0709",
        "2031-13-01",
        "2031-02-30",
        "2031-07-09T",
        "2031-07-09T25:00:00",
        "2031-07-09T08:05:06.",
        "2031-07-09T08:05:06+",
        "2031-07-09T08:05:06+2",
        "2031-07-09T08:05:06 +02:00",
        "2031-07-09T08:05:06Zulu",
        "2031-07-09T08:05:06+99:00",
        "２０３１-07-09T08:05:06Z"
      })
  void refusesWhatIsNoTime(String text) {
    assertThatExceptionOfType(DateTimeException.class)
        .isThrownBy(() -> IsoTime.parseDateTime(text));
  }
}
