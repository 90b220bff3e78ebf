package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FailoverStrategyTest {

  @Test
  void roundRobinGoesRoundForEver() {
    var strategy = FailoverStrategy.roundRobin();

    assertThat(strategy.next(0, 3)).isEqualTo(1);
    assertThat(strategy.next(2, 3)).isZero();
    assertThat(strategy.next(0, 1)).isZero();
  }

  @Test
  void shufflePicksAnyOfTheOthers() {
    var strategy = FailoverStrategy.shuffle(new Random(1));
    Set<Integer> picked = new HashSet<>();

    for (int i = 0; i < 100; i++) {
      picked.add(strategy.next(2, 4));
    }

    assertThat(picked).containsExactlyInAnyOrder(0, 1, 3);
    assertThat(strategy.next(0, 1)).isZero();
  }
}
