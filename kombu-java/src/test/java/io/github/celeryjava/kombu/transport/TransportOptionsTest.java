package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportOptionsTest {

  @Test
  void valuesAreReadAsTheTypesTheyShouldHave() {
    TransportOptions options =
        TransportOptions.of(
            Map.of(
                "name",
                "x",
                "on",
                true,
                "count",
                7L,
                "short",
                0.25,
                "long",
                Duration.ofMinutes(1),
                "whole",
                3,
                "map",
                Map.of(1, 2),
                "list",
                List.of(1)));

    assertThat(options.text("name")).isEqualTo("x");
    assertThat(options.truth("on", false)).isTrue();
    assertThat(options.count("count", 0, 1)).isEqualTo(7);
    assertThat(options.seconds("short")).isEqualTo(Duration.ofMillis(250));
    assertThat(options.seconds("long")).isEqualTo(Duration.ofMinutes(1));
    assertThat(options.positiveSeconds("whole", Duration.ZERO)).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.map("map")).hasToString("{1=2}");
    assertThat(options.list("list")).hasToString("[1]");
  }

  @Test
  void whatIsAbsentOrNullLeavesTheDefault() {
    Map<String, Object> values = new HashMap<>();
    values.put("nothing", null);
    TransportOptions options = TransportOptions.of(values);

    for (String key : List.of("nothing", "absent")) {
      assertThat(options.text(key)).isNull();
      assertThat(options.text(key, "x")).isEqualTo("x");
      assertThat(options.truth(key, true)).isTrue();
      assertThat(options.count(key, 5, 9)).isEqualTo(5);
      assertThat(options.seconds(key)).isNull();
      assertThat(options.positiveSeconds(key, Duration.ofDays(1))).isEqualTo(Duration.ofDays(1));
      assertThat(options.map(key)).isEmpty();
      assertThat(options.list(key)).isNull();
    }
  }

  @Test
  void anotherTypeIsRefusedWithoutShowingATextThatMayBeSecret() {
    TransportOptions options =
        TransportOptions.of(Map.of("secret", "s3cret", "number", 1.5, "minus", -1));

    assertRefused(options, o -> o.truth("secret", false), "'secret' must be true or false");
    assertRefused(options, o -> o.count("secret", 0, 0), "was a String");
    assertRefused(options, o -> o.map("secret"), "must be a map");
    assertRefused(options, o -> o.list("secret"), "must be a list");
    assertRefused(options, o -> o.text("number"), "must be text, was 1.5");
    assertRefused(options, o -> o.count("number", 0, 0), "a whole number of at least 0");
    assertRefused(options, o -> o.count("minus", 0, 0), "was -1");
    assertRefused(options, o -> o.seconds("minus"), "a number of seconds");
    assertRefused(
        TransportOptions.of(Map.of("zero", 0)),
        o -> o.positiveSeconds("zero", Duration.ofSeconds(1)),
        "at least 0.001");
  }

  @ParameterizedTest
  @CsvSource({
    "visibility_timeot,    'did you mean visibility_timeout?'",
    "heartbeats,           'there are [sep, visibility_timeout]'",
    "errback,              'use a ConnectionListener'",
    "credential_provider,  'use the credentials of the ConnectionBuilder'",
    "ssl,                  'use ConnectionOptions.tls'"
  })
  void anUnknownOptionIsNamedWithWhatToDo(String key, String remedy) {
    TransportOptions options = TransportOptions.of(Map.of(key, "x"));

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> options.requireKnown("redis", Set.of("visibility_timeout", "sep")))
        .withMessageContainingAll("'" + key + "'", remedy);
  }

  @Test
  void optionsAboutRetryingAreNoBusinessOfTheTransport() {
    Map<String, Object> retrying =
        Map.of("max_retries", 3, "interval_start", 0, "interval_step", 0.2, "interval_max", 0.5);

    TransportOptions.of(retrying).requireKnown("redis", Set.of());
  }

  private static void assertRefused(
      TransportOptions options, Consumer<TransportOptions> read, String message) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> read.accept(options))
        .withMessageContaining(message)
        .withMessageNotContaining("s3cret");
  }
}
