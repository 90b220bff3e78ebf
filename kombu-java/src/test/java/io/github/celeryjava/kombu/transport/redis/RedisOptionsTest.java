package io.github.celeryjava.kombu.transport.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope.BodyEncoding;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.virtual.QueueOrder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RedisOptionsTest {

  @Test
  void withoutOptionsEverythingIsAsInKombu() {
    RedisOptions options = read("redis://localhost/4", Map.of());

    assertThat(options.keys()).isEqualTo(RedisKeys.standard(4));
    assertThat(options.ackEmulation()).isTrue();
    assertThat(options.visibilityTimeout()).isEqualTo(Duration.ofHours(1));
    assertThat(options.mutexLifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(options.sweepLimit()).isZero();
    assertThat(options.order()).isEqualTo(QueueOrder.ROUND_ROBIN);
    assertThat(options.bodyEncoding()).isEqualTo(BodyEncoding.BASE64);
    assertThat(options.deadLetterQueue()).isNull();
  }

  @Test
  void namesOfKeysFollowTheOptions() {
    RedisOptions options =
        read(
            "redis://localhost/4",
            Map.of(
                "global_keyprefix", "kp:",
                "sep", "|",
                "priority_steps", List.of(0, 5L),
                "unacked_key", "u",
                "unacked_index_key", "i",
                "unacked_mutex_key", "m",
                "fanout_prefix", "/x-{db}.",
                "fanout_patterns", false));

    assertThat(options.keys())
        .isEqualTo(new RedisKeys("kp:", "|", List.of(0, 5), "u", "i", "m", "/x-4.", false));
  }

  @Test
  void aFanoutPrefixMayBeSwitchedOff() {
    assertThat(read("redis://h", Map.of("fanout_prefix", false)).keys().fanoutPrefix()).isEmpty();
    assertThat(read("redis://h", Map.of("fanout_prefix", true)).keys().fanoutPrefix())
        .isEqualTo("/0.");
  }

  @Test
  void timesMayBeNumbersOfSecondsOrDurations() {
    RedisOptions options =
        read(
            "redis://h",
            Map.of(
                "visibility_timeout", 90,
                "unacked_mutex_expire", 1.5,
                "unacked_restore_interval", Duration.ofSeconds(2),
                "unacked_restore_throttle", 3,
                "health_check_interval", 7,
                "polling_interval", 0.25,
                "socket_timeout", 4,
                "socket_connect_timeout", 2));

    assertThat(options.visibilityTimeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(options.mutexLifetime()).isEqualTo(Duration.ofMillis(1_500));
    assertThat(options.sweepInterval()).isEqualTo(Duration.ofSeconds(6));
    assertThat(options.healthInterval()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.longestWait()).isEqualTo(Duration.ofMillis(250));
    assertThat(options.network().answerTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.network().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aShortTimeoutIsLookedAfterMoreOftenThanALongOne() {
    RedisOptions patient = read("redis://h", Map.of());
    RedisOptions impatient = read("redis://h", Map.of("visibility_timeout", 2));

    assertThat(patient.sweepInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(patient.renewalInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(impatient.sweepInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(impatient.renewalInterval()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void aSilenceOfTwoHeartbeatsIsALoss() {
    ConnectionOptions options =
        ConnectionOptions.builder().heartbeat(Duration.ofSeconds(2)).build();

    RedisNetwork network = RedisOptions.of(ConnectionUrl.parse("redis://h"), options).network();

    assertThat(network.answerTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(read("redis://h", Map.of()).network().answerTimeout())
        .isEqualTo(ConnectionOptions.defaults().callTimeout());
  }

  @Test
  void socketOptionsHaveTheNamesOfBothLanguages() {
    Map<Object, Object> keepAlive = new LinkedHashMap<>();
    keepAlive.put(4, 60);
    keepAlive.put("TCP_KEEPINTVL", 10);
    keepAlive.put("TCP_KEEPCOUNT", 9);

    RedisNetwork network =
        read("redis://h", Map.of("socket_keepalive_options", keepAlive, "client_name", "me"))
            .network();

    assertThat(network.keepAlive()).isTrue();
    assertThat(network.keepAliveOptions())
        .isEqualTo(Map.of("TCP_KEEPIDLE", 60, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 9));
    assertThat(network.clientName()).isEqualTo("me");
  }

  @Test
  void sentinelsHaveALoginOfTheirOwn() throws Exception {
    SSLContext tls = SSLContext.getDefault();
    SentinelOptions sentinel =
        read(
                "sentinel://h",
                Map.of(
                    "master_name",
                    "mymaster",
                    "min_other_sentinels",
                    2,
                    "sentinel_kwargs",
                    Map.of("username", "u", "password", "p", "ssl", tls)))
            .network()
            .sentinel();

    assertThat(sentinel).isEqualTo(new SentinelOptions("mymaster", 2, "u", "p", tls, true));
    assertThat(sentinel.toString()).doesNotContain("p,").contains("mymaster");
  }

  static Stream<Arguments> badOptions() {
    return Stream.of(
        Arguments.of("visibility_timeout", 0, "at least 0.001"),
        Arguments.of("visibility_timeout", "soon", "a number of seconds, was a String"),
        Arguments.of("priority_steps", List.of(), "numbers that ascend"),
        Arguments.of("priority_steps", List.of(3, 0), "numbers that ascend"),
        Arguments.of("priority_steps", "0,3", "numbers that ascend"),
        Arguments.of("sep", "", "must not be empty"),
        Arguments.of("sep", 7, "must be text, was 7"),
        Arguments.of("fanout_prefix", "x", "begin with a slash"),
        Arguments.of("fanout_prefix", 1, "true or false, was 1"),
        Arguments.of("fanout_patterns", "yes", "true or false"),
        Arguments.of("queue_order_strategy", "random", "round_robin, sorted or priority"),
        Arguments.of("body_encoding", "zip", "base64 or utf-8"),
        Arguments.of("unacked_restore_limit", -1, "a number from 0"),
        Arguments.of("max_connections", 0, "a number from 1"),
        Arguments.of("socket_keepalive_options", Map.of(99, 1), "TCP_KEEPIDLE"),
        Arguments.of("credential_provider", "a.b.C", "no class is loaded by its name"),
        Arguments.of("sentinel_fanout_compat", true, "no counterpart"));
  }

  @ParameterizedTest
  @MethodSource("badOptions")
  void anOptionThatMakesNoSenseIsNamedWithWhatWouldMakeSense(
      String key, Object value, String message) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> read("redis://h", Map.of(key, value)))
        .withMessageContaining("'" + key + "'")
        .withMessageContaining(message);
  }

  @Test
  void sentinelsNeedTheNameOfTheMaster() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> read("sentinel://h", Map.of()))
        .withMessageContaining("master_name");
  }

  @Test
  void aDatabaseIsANumber() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> read("redis://h/orders", Map.of()))
        .withMessageContaining("number of a database");
  }

  private static RedisOptions read(String url, Map<String, Object> transportOptions) {
    ConnectionOptions.Builder options = ConnectionOptions.builder();
    transportOptions.forEach(options::transportOption);
    return RedisOptions.of(ConnectionUrl.parse(url), options.build());
  }
}
