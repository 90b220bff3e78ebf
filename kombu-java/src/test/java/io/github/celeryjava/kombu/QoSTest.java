package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QoSTest {

  private final List<Integer> applied = new ArrayList<>();

  @Test
  void appliesAChangeOnceWhenItsOwnerSaysSo() {
    var qos = new QoS(applied::add, 4, 0);

    qos.increment(1);
    qos.increment(2);

    assertThat(applied).isEmpty();
    assertThat(qos.update()).isTrue();
    assertThat(qos.update()).isFalse();
    assertThat(applied).containsExactly(7);
  }

  @Test
  void keepsAtLeastOneAndNoMoreThanItsCeiling() {
    var qos = new QoS(applied::add, 4, 6);

    assertThat(qos.decrement(9)).isEqualTo(1);
    assertThat(qos.increment(9)).isEqualTo(6);
  }

  @Test
  void doesNotLowerACountThatWasSetAboveTheCeiling() {
    var qos = new QoS(applied::add, 4, 6);

    qos.set(8);

    assertThat(qos.increment(1)).isEqualTo(8);
  }

  @Test
  void staysUnlimitedWhateverIsAdded() {
    var qos = new QoS(applied::add, 0, 0);

    assertThat(qos.increment(3)).isZero();
    assertThat(qos.decrement(3)).isZero();
    assertThat(qos.update()).isFalse();
  }

  @Test
  void liftsTheLimitForACountThatTheWireCannotCarry() {
    var qos = new QoS(applied::add, 4, 0);

    qos.set(65_536);
    qos.update();

    assertThat(applied).containsExactly(0);
    assertThat(qos.value()).isEqualTo(65_536);
  }

  @Test
  void refusesNegativeCounts() {
    var qos = new QoS(applied::add, 4, 0);

    assertThatIllegalArgumentException().isThrownBy(() -> qos.set(-1));
  }
}
