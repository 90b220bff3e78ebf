package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AmqpOptionsTest {

  @Test
  void withoutOptionsTheConnectionsOwnHold() {
    ConnectionOptions own =
        ConnectionOptions.builder().heartbeat(Duration.ofSeconds(7)).confirms(false).build();

    AmqpOptions options = AmqpOptions.of(own);

    assertThat(options.connection().heartbeat()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.connection().confirms()).isFalse();
    assertThat(options.connection().loginMethod()).isEqualTo("PLAIN");
    assertThat(options.channelMax()).isZero();
    assertThat(options.frameMax()).isZero();
    assertThat(options.maxBody()).isGreaterThan(512 << 20);
    assertThat(options.writeTimeout()).isNull();
  }

  @Test
  void whatPythonHandsToItsClientActsHereToo() {
    ConnectionOptions given =
        with(
            Map.ofEntries(
                Map.entry("confirm_publish", false),
                Map.entry("read_timeout", 2),
                Map.entry("write_timeout", 1.5),
                Map.entry("connect_timeout", 3),
                Map.entry("heartbeat", 4),
                Map.entry("login_method", "EXTERNAL"),
                Map.entry("client_properties", Map.of("team", "blue")),
                Map.entry("channel_max", 10),
                Map.entry("frame_max", 8192),
                Map.entry("max_inbound_message_body_size", 1000),
                Map.entry("locale", "en_US"),
                Map.entry("max_retries", 5),
                Map.entry("socket_settings", Map.of("TCP_KEEPIDLE", 5))));

    AmqpOptions options = AmqpOptions.of(given);

    assertThat(options.connection().confirms()).isFalse();
    assertThat(options.connection().callTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.connection().connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(options.connection().heartbeat()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.connection().loginMethod()).isEqualTo("EXTERNAL");
    assertThat(options.writeTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(options.clientProperties()).containsEntry("team", "blue");
    assertThat(options.channelMax()).isEqualTo(10);
    assertThat(options.frameMax()).isEqualTo(8192);
    assertThat(options.maxBody()).isEqualTo(1000);
    assertThat(options.sockets().values()).containsEntry("TCP_KEEPIDLE", 5);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("channel_maximum", 5, "has no option 'channel_maximum'"),
        Arguments.of("confirm_publsh", true, "did you mean confirm_publish?"),
        Arguments.of("visibility_timeout", 3600, "the transport amqp has no option"),
        Arguments.of("channel_max", 70_000, "at most 65535"),
        Arguments.of("frame_max", 100, "0 or at least 4096"),
        Arguments.of("write_timeout", 0, "at least 0.001"),
        Arguments.of("locale", "no_NO", "en_US"),
        Arguments.of("on_blocked", "f", "a ConnectionListener hears of it"),
        Arguments.of("authentication", "x", "PLAIN, AMQPLAIN and EXTERNAL"),
        Arguments.of("socket_settings", Map.of("TCP_USER_TIMEOUT", 1000), "heartbeats notice"),
        Arguments.of("socket_settings", Map.of(18, 1000), "TCP_USER_TIMEOUT"),
        Arguments.of("socket_settings", Map.of("TCP_NODELAY", "on"), "a map of names to numbers"),
        Arguments.of("socket_settings", Map.of("TCP_MAGIC", 1), "TCP_MAGIC is not among them"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void whatMakesNoSenseIsNamed(String key, Object value, String message) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> AmqpOptions.of(with(Map.of(key, value))))
        .withMessageContainingAll(key, message);
  }

  @Test
  void socketsAreSetUpByTheNamesAndNumbersOfPython() throws IOException {
    AmqpOptions options =
        AmqpOptions.of(
            with(
                Map.of("socket_settings", Map.of(1, 0, "SO_RCVBUF", 100_000, "tcp_keepintvl", 3))));

    try (Socket socket = new Socket()) {
      options.sockets().applyTo(socket);

      assertThat(socket.getTcpNoDelay()).isFalse();
      assertThat(socket.getKeepAlive()).isTrue();
      assertThat(socket.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(100_000);
    }
    assertThat(options.sockets().values())
        .containsEntry("TCP_KEEPINTERVAL", 3)
        .containsEntry("TCP_KEEPIDLE", 60);
  }

  private static ConnectionOptions with(Map<String, ?> options) {
    ConnectionOptions.Builder builder = ConnectionOptions.builder();
    options.forEach(builder::transportOption);
    return builder.build();
  }
}
