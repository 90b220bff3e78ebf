package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PersistenceTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void goesOnForAsLongAsThePhaseAllows() {
    Persistence persistence = new Persistence(Duration.ZERO, MINUTE, 1, () -> 0);

    assertThat(persistence.goesOn(true, Duration.ZERO)).isFalse();
    assertThat(persistence.goesOn(false, MINUTE.minusNanos(1))).isTrue();
    assertThat(persistence.goesOn(false, MINUTE)).isFalse();
  }

  @Test
  void goesOnForEverWithoutALimit() {
    Persistence persistence = new Persistence(null, null, 1, () -> 0);

    assertThat(persistence.goesOn(true, Duration.ofDays(365))).isTrue();
    assertThat(persistence.goesOn(false, Duration.ofDays(365))).isTrue();
  }

  @Test
  void lastsAsLongAsTheAttemptsOfCeleryDo() {
    assertThat(Persistence.lastingAsCelery(100, 1)).isEqualTo(Duration.ofSeconds(2_790));
    assertThat(Persistence.lastingAsCelery(15, 1)).isEqualTo(Duration.ofSeconds(240));
    assertThat(Persistence.lastingAsCelery(14, 1)).isEqualTo(Duration.ofSeconds(210));
    assertThat(Persistence.lastingAsCelery(2, 1)).isEqualTo(Duration.ofSeconds(6));
    assertThat(Persistence.lastingAsCelery(0, 1)).isZero();
    assertThat(Persistence.lastingAsCelery(null, 1)).isNull();
    assertThat(Persistence.lastingAsCelery(Integer.MAX_VALUE, 1)).isPositive();
  }

  @Test
  void waitsOnceAfterAllBrokersAsCeleryDoes() {
    assertThat(Persistence.lastingAsCelery(5, 2)).isEqualTo(Duration.ofSeconds(6));
    assertThat(Persistence.lastingAsCelery(1, 2)).isZero();
  }

  @Test
  void pausesLongerAfterEachFailure() {
    Persistence persistence = new Persistence(null, null, 1, () -> 0);

    assertThat(persistence.pause(0)).isEqualTo(Duration.ofMillis(200));
    assertThat(persistence.pause(1)).isEqualTo(Duration.ofMillis(200));
    assertThat(persistence.pause(2)).isEqualTo(Duration.ofMillis(400));
    assertThat(persistence.pause(99)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shortensPausesAtRandom() {
    Persistence persistence = new Persistence(null, null, 1, () -> 0.5);

    assertThat(persistence.pause(1)).isEqualTo(Duration.ofMillis(180));
  }

  @Test
  void triesEachBrokerOnceInOneAttempt() {
    Persistence persistence = new Persistence(null, null, 3, () -> 0);

    assertThat(persistence.oneRound().maxRetries()).isEqualTo(2);
    assertThat(persistence.oneRound().interval(1)).isZero();
    assertThat(persistence.roundTimeout(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(12));
  }
}
