package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTimeTest {

  private static final List<EventTime> TIMES =
      List.of(
          time(3, 10, "b"),
          time(3, 9, "a"),
          time(3, 20, "b"),
          time(4, 1, "a"),
          time(0, 5, "a"),
          time(0, 6, "a"),
          time(7, 5, "z"),
          time(0, 8, "c"));

  /** What {@code <} of kombu 5.2.4 and 5.7.0 says of each two of them, row by row. */
  private static final List<String> BEFORE =
      List.of(
          "00010010",
          "10110010",
          "00010010",
          "00001111",
          "11100101",
          "11100001",
          "00000101",
          "11100000");

  @Test
  void isBeforeAnotherWherePythonSaysSo() {
    List<String> before = TIMES.stream().map(EventTimeTest::row).toList();

    assertThat(before).isEqualTo(BEFORE);
  }

  private static String row(EventTime time) {
    StringBuilder row = new StringBuilder();
    TIMES.forEach(other -> row.append(time.isBefore(other) ? '1' : '0'));
    return row.toString();
  }

  private static EventTime time(long clock, long seconds, String process) {
    return new EventTime(clock, Instant.ofEpochSecond(seconds), process);
  }
}
