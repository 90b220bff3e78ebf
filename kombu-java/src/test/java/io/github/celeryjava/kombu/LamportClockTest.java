package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
