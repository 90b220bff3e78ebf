package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LamportClockTest {

  @Test
  void startsAtNothingAndCountsItsOwnEvents() {
    var clock = new LamportClock();

    assertThat(clock.value()).isZero();
    assertThat(clock.forward()).isEqualTo(1);
    assertThat(clock.value()).isEqualTo(1);
  }

  @Test
  void isAheadOfBothClocksAfterAReceipt() {
    var clock = new LamportClock(5);

    assertThat(clock.adjust(9)).isEqualTo(10);
    assertThat(clock.adjust(3)).isEqualTo(11);
    assertThat(clock.adjust(0)).isEqualTo(12);
  }

  /** Results of kombu 5.2.4 and 5.7.0. */
  @ParameterizedTest
  @CsvSource({
    "1:a 2:b, 1:a",
    "1:b 1:a, 1:b",
    "1:c 1:a 1:b, 1:a",
    "1:c 1:b 1:a 2:z, 1:b",
    "1:b 1:a 2:a 2:0, 1:b",
    "2:x 1:a, 2:x",
    "1:\ud83d\ude00 1:\ue000 1:x, 1:\ue000",
  })
  void picksTheEventThatPythonPicks(String events, String picked) {
    List<Event> heap = Stream.of(events.split(" ")).map(Event::parse).toList();

    Event first = LamportClock.sortHeap(heap, Event::clock, Event::process);

    assertThat(first).isEqualTo(Event.parse(picked));
  }

  @Test
  void picksTheOnlyEventAndRefusesToPickFromNone() {
    List<Event> one = List.of(new Event(1, "a"));

    assertThat(LamportClock.sortHeap(one, Event::clock, Event::process)).isSameAs(one.get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LamportClock.sortHeap(List.<Event>of(), Event::clock, Event::process));
  }

  private record Event(long clock, String process) {

    static Event parse(String text) {
      int colon = text.indexOf(':');
      return new Event(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
    }
  }
}
