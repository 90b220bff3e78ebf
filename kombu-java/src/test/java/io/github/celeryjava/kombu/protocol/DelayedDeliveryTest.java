package io.github.celeryjava.kombu.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys here were made by kombu 5.7.0. */
@Tag("S2")
class DelayedDeliveryTest {

  private static final String TEN_SECONDS =
      "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.1.0.";

  @ParameterizedTest
  @CsvSource({
    "1, 0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.mail",
    "10, 0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.1.0.mail",
    "86400, 0.0.0.0.0.0.0.0.0.0.0.1.0.1.0.1.0.0.0.1.1.0.0.0.0.0.0.0.mail",
    "268435455, 1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.mail"
  })
  void aDelayStandsBeforeTheKeyAsTwentyEightBits(long seconds, String delayed) {
    assertThat(DelayedDelivery.routingKey(Duration.ofSeconds(seconds), "mail")).isEqualTo(delayed);
  }

  @ParameterizedTest
  @CsvSource({"PT0.001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT9.5S, 10"})
  void aPartOfASecondCountsAsAWholeOneSoThatNothingArrivesTooEarly(Duration delay, long seconds) {
    assertThat(DelayedDelivery.routingKey(delay, "mail"))
        .isEqualTo(DelayedDelivery.routingKey(Duration.ofSeconds(seconds), "mail"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT268435456S", "PT268435455.1S"})
  void aDelayThatHasNoFormIsRefusedWithItsRange(Duration delay) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DelayedDelivery.routingKey(delay, "mail"))
        .withMessageContainingAll("268435455", delay.toString());
  }

  @Test
  void aMessageWithoutAKeyCannotBeDelayed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DelayedDelivery.routingKey(Duration.ofSeconds(1), ""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DelayedDelivery.routingKey(Duration.ofSeconds(1), TEN_SECONDS));
  }

  @Test
  void aKeyMayBeAsLongAsItStillFitsWithItsBits() {
    String longest = "é".repeat(99) + "e";

    assertThat(DelayedDelivery.routingKey(Duration.ofSeconds(10), longest))
        .isEqualTo(TEN_SECONDS + longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DelayedDelivery.routingKey(Duration.ofSeconds(10), longest + "e"))
        .withMessageContainingAll("200 bytes", "199");
  }

  @Test
  void aKeyThatHasBitsAlreadyGetsNewOnesInsteadOfMore() {
    String once = DelayedDelivery.routingKey(Duration.ofSeconds(77), "mail.new");

    assertThat(DelayedDelivery.routingKey(Duration.ofSeconds(10), once))
        .isEqualTo(TEN_SECONDS + "mail.new");
  }

  @ParameterizedTest
  @CsvSource({
    "mail, mail",
    "1.0.1, 1.0.1",
    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.1.0.mail.new, mail.new",
    "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.1.mail, "
        + "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.1.mail"
  })
  void theKeyAMessageWasMeantForIsWhatFollowsTheBits(String key, String meant) {
    assertThat(DelayedDelivery.withoutDelay(key)).isEqualTo(meant);
  }

  @Test
  void aPrefixStandsBeforeEveryNameWithAnUnderscore() {
    var shop = new DelayedDelivery(DelayedDelivery.QueueKind.QUORUM, "shop");
    var plain = new DelayedDelivery(DelayedDelivery.QueueKind.QUORUM, "");

    assertThat(shop.entry().name()).isEqualTo("shop_celery_delayed_27");
    assertThat(shop.delivery().name()).isEqualTo("shop_celery_delayed_delivery");
    assertThat(plain.entry().name()).isEqualTo("celery_delayed_27");
    assertThat(plain.delivery().name()).isEqualTo("celery_delayed_delivery");
  }
}
