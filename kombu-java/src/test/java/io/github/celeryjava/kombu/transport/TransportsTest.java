package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportsTest {

  @ParameterizedTest
  @ValueSource(strings = {"amqp", "amqps", "memory"})
  void findsTheTransportsOnTheClassPath(String scheme) {
    TransportProvider provider = Transports.forScheme(scheme);

    assertThat(provider.schemes()).contains(scheme);
    assertThat(Transports.forScheme(scheme)).isSameAs(provider);
  }

  @ParameterizedTest
  @CsvSource({
    "ampq,            'no transport serves the scheme ampq; did you mean amqp?'",
    "http,            'no transport serves the scheme http; there are [amqp'",
    "sqs,             'kombu''s transport sqs does not exist here; there are [amqp'",
    "sqla+postgresql, 'kombu''s transport sqla+postgresql does not exist here'"
  })
  void saysWhatWasProbablyMeant(String scheme, String message) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Transports.forScheme(scheme))
        .withMessageStartingWith(message);
  }

  @Test
  void aDriverThatIsMissingIsNamedAndHurtsNobodyElse() {
    TransportProvider amqp = Transports.forScheme("amqp");
    Supplier<TransportProvider> redis =
        () -> {
          throw new ServiceConfigurationError(
              "cannot load", new NoClassDefFoundError("redis/clients/jedis/Jedis"));
        };

    Transports transports = new Transports(List.of(redis, () -> amqp));

    assertThat(transports.find("amqp")).hasValue(amqp);
    assertThat(transports.find("redis")).isEmpty();
    assertThat(transports.unknown("redis"))
        .hasMessageContaining("no transport serves the scheme redis")
        .hasMessageEndingWith(
            "not loaded: a transport that needs redis.clients:jedis on the class path");
  }
}
