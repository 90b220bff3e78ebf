package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The keys on retrying that kombu keeps among the transport options. */
@Timeout(30)
@Tag("B15")
class RetryOptionsTest {

  private final FakeBroker broker = new FakeBroker();
  private final ManualTiming timing = ManualTiming.jumping();

  @Test
  void transportOptionsSayHowOftenAndAtWhatIntervalsToConnect() {
    Connection connection =
        connection(
                Map.of(
                    "max_retries", 3,
                    "interval_start", 1,
                    "interval_step", 0.5,
                    "interval_max", 10,
                    "connect_retries_timeout", 86_400))
            .build();
    broker.failNext(FakeBroker.down(), FakeBroker.down(), FakeBroker.down(), FakeBroker.down());

    assertThatThrownBy(connection::connect).hasMessage("connection refused");
    assertThat(broker.attempted).hasSize(4);
    assertThat(timing.pauses())
        .containsExactly(Duration.ofSeconds(1), Duration.ofMillis(1_500), Duration.ofSeconds(2));
  }

  @Test
  void intervalsThatAreLeftOutAreThoseOfKombu() {
    Connection connection = connection(Map.of("max_retries", 5)).build();

    RetryPolicy policy = connection.retryPolicy();

    assertThat(policy)
        .isEqualTo(
            RetryPolicy.of(
                5, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(30)));
  }

  @Test
  void withoutALimitAmongTheOptionsThereIsNone() {
    Connection connection = connection(Map.of("interval_start", 1)).build();

    RetryPolicy policy = connection.retryPolicy();

    assertThat(policy.maxRetries()).isNull();
  }

  @Test
  void aPolicyThatIsGivenWinsOverTheOptions() {
    Connection connection =
        connection(Map.of("max_retries", 5)).retryPolicy(RetryPolicy.never()).build();

    RetryPolicy policy = connection.retryPolicy();

    assertThat(policy).isEqualTo(RetryPolicy.never());
  }

  @Test
  void aTimeOutAmongTheOptionsEndsTheAttempts() {
    Connection connection =
        connection(
                Map.of("connect_retries_timeout", 100, "interval_start", 120, "interval_max", 120))
            .build();
    broker.failNext(FakeBroker.down());

    assertThatThrownBy(connection::connect).hasMessage("connection refused");
    assertThat(broker.attempted).hasSize(1);
  }

  @Test
  void anOptionThatIsNoNumberIsRefusedAtOnce() {
    ConnectionBuilder builder = connection(Map.of("max_retries", "often"));

    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("max_retries");
  }

  private ConnectionBuilder connection(Map<String, Object> transportOptions) {
    ConnectionOptions.Builder options = ConnectionOptions.builder();
    transportOptions.forEach(options::transportOption);
    return broker.connection().options(options.build()).timing(timing);
  }
}
