package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("B15")
class RetryPolicyTest {

  /** The waits that kombu 5.7.0 computes from the same three numbers. */
  static Stream<Arguments> waitsOfKombu() {
    return Stream.of(
        Arguments.of(2000, 2000, 30000, List.of(2000, 4000, 6000, 8000)),
        Arguments.of(1000, 1000, 1000, List.of(1000, 1000, 1000)),
        Arguments.of(0, 200, 1000, List.of(0, 200, 400, 600, 800, 1000, 1000)),
        Arguments.of(1000, 3000, 5000, List.of(1000, 4000, 4000, 4000)),
        Arguments.of(5000, 1000, 3000, List.of(3000, 3000)),
        Arguments.of(500, 700, 2000, List.of(500, 1200, 1900, 1900)),
        Arguments.of(0, 0, 0, List.of(0, 0)));
  }

  @ParameterizedTest
  @MethodSource("waitsOfKombu")
  void waitsAsKombuDoes(long start, long step, long max, List<Integer> waits) {
    var policy =
        RetryPolicy.of(
            9, Duration.ofMillis(start), Duration.ofMillis(step), Duration.ofMillis(max));

    assertThat(millis(policy, waits.size())).isEqualTo(waits);
  }

  @Test
  void staysAtTheLongestWaitForEver() {
    var policy =
        RetryPolicy.of(9, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(30));

    assertThat(policy.interval(14)).hasSeconds(30);
    assertThat(policy.interval(Integer.MAX_VALUE)).hasSeconds(30);
    assertThat(RetryPolicy.reconnecting().interval(Integer.MAX_VALUE)).hasSeconds(2);
  }

  @Test
  void doublesUpToTwoSecondsWhenReconnecting() {
    assertThat(millis(RetryPolicy.reconnecting(), 6))
        .containsExactly(200, 400, 800, 1600, 2000, 2000);
  }

  @Test
  void countsRetriesAndNotAttempts() {
    assertThat(RetryPolicy.never().allows(1)).isFalse();
    assertThat(RetryPolicy.never().withMaxRetries(3).allows(3)).isTrue();
    assertThat(RetryPolicy.never().withMaxRetries(3).allows(4)).isFalse();
    assertThat(RetryPolicy.unlimited().allows(Long.MAX_VALUE)).isTrue();
  }

  @Test
  void refusesNumbersThatMeanNothing() {
    Duration second = Duration.ofSeconds(1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetryPolicy.of(-1, second, second, second))
        .withMessageContaining("maxRetries");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetryPolicy.of(1, second.negated(), second, second))
        .withMessageContaining("intervalStart");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, second, second, second, 2, 0))
        .withMessageContaining("not by both");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, second, Duration.ZERO, second, 0.5, 0))
        .withMessageContaining("factor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, second, Duration.ZERO, second, 1, 1.5))
        .withMessageContaining("jitter");
  }

  private static List<Integer> millis(RetryPolicy policy, int count) {
    return IntStream.range(0, count).mapToObj(i -> (int) policy.interval(i).toMillis()).toList();
  }
}
