package io.github.celeryjava.celery.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.RetryPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PersistenceTest {

  private static final RetryPolicy TWICE = RetryPolicy.reconnecting().withMaxRetries(2);

  @Test
  void goesOnAsLongAsThePolicyOfThePhaseAllows() {
    Persistence persistence = new Persistence(RetryPolicy.never(), TWICE, 1, () -> 0);

    assertThat(persistence.goesOn(true, 1)).isFalse();
    assertThat(persistence.goesOn(false, 2)).isTrue();
    assertThat(persistence.goesOn(false, 3)).isFalse();
  }

  @Test
  void pausesLongerAfterEachFailure() {
    Persistence persistence = new Persistence(TWICE, TWICE, 1, () -> 0);

    assertThat(persistence.pause(false, 0)).isEqualTo(Duration.ofMillis(200));
    assertThat(persistence.pause(true, 1)).isEqualTo(Duration.ofMillis(200));
    assertThat(persistence.pause(true, 2)).isEqualTo(Duration.ofMillis(400));
    assertThat(persistence.pause(true, 99)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shortensPausesAtRandom() {
    Persistence persistence = new Persistence(TWICE, TWICE, 1, () -> 0.5);

    assertThat(persistence.pause(false, 1)).isEqualTo(Duration.ofMillis(180));
  }

  @Test
  void triesEachBrokerOnceInOneAttempt() {
    Persistence persistence = new Persistence(TWICE, TWICE, 3, () -> 0);

    assertThat(persistence.oneRound().maxRetries()).isEqualTo(2);
    assertThat(persistence.oneRound().interval(1)).isZero();
    assertThat(persistence.roundTimeout(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(12));
  }
}
