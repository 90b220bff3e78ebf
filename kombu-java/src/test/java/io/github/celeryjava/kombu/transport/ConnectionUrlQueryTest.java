package io.github.celeryjava.kombu.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUrlQueryTest {

  private static final ConnectionOptions DEFAULTS = ConnectionOptions.defaults();

  @Test
  void withoutAQueryTheOptionsStayTheSame() {
    assertThat(ConnectionUrl.parse("amqp://h").applyTo(DEFAULTS)).isSameAs(DEFAULTS);
  }

  @Test
  void theUrlWinsWhereItSaysSomething() {
    ConnectionOptions given =
        DEFAULTS.toBuilder().heartbeat(Duration.ofSeconds(60)).clientName("shop").build();

    ConnectionOptions options =
        ConnectionUrl.parse(
                "amqp://h?heartbeat=2.5&connect_timeout=4&login_method=EXTERNAL&insist=1")
            .applyTo(given);

    assertThat(options.heartbeat()).isEqualTo(Duration.ofMillis(2500));
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.loginMethod()).isEqualTo("EXTERNAL");
    assertThat(options.clientName()).isEqualTo("shop");
    assertThat(options.tls()).isNull();
  }

  @Test
  void aHeartbeatOfZeroSwitchesItOff() {
    assertThat(ConnectionUrl.parse("amqp://h?heartbeat=0").applyTo(DEFAULTS).heartbeat())
        .isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssl=1", "ssl=true", "ssl_cert_reqs=required", "check_hostname=true"})
  void anyWordAboutTlsSwitchesItOnWithFullVerification(String query) {
    ConnectionOptions options = ConnectionUrl.parse("amqp://h?" + query).applyTo(DEFAULTS);

    assertThat(options.tls()).isNotNull();
    assertThat(options.verifyHostname()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl_cert_reqs=none",
        "cert_reqs=CERT_NONE",
        "ssl_check_hostname=False",
        "check_hostname=0"
      })
  void verificationIsSwitchedOffWithAndWithoutThePrefix(String query) {
    ConnectionOptions options = ConnectionUrl.parse("amqps://h?" + query).applyTo(DEFAULTS);

    assertThat(options.tls()).isNotNull();
    assertThat(options.verifyHostname()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "required, true",
    "optional, true",
    "none, false",
    "CERT_REQUIRED, true",
    "CERT_OPTIONAL, true",
    "CERT_NONE, false"
  })
  void allSixSpellingsOfPythonSayWhetherToVerify(String spelling, boolean verified) {
    ConnectionOptions options =
        ConnectionUrl.parse("rediss://h?ssl_cert_reqs=" + spelling).applyTo(DEFAULTS);

    assertThat(options.tls()).isNotNull();
    assertThat(options.verifyHostname()).isEqualTo(verified);
  }

  @Test
  void aContextGivenInCodeStaysUnlessTheUrlNamesFilesOrWords() throws Exception {
    SSLContext own = SSLContext.getDefault();
    ConnectionOptions given = DEFAULTS.toBuilder().tls(own).build();

    assertThat(ConnectionUrl.parse("amqps://h?ssl=1").applyTo(given).tls()).isSameAs(own);
    assertThat(ConnectionUrl.parse("amqps://h?cert_reqs=none").applyTo(given).tls())
        .isNotSameAs(own);
  }

  @ParameterizedTest
  @CsvSource({
    "hartbeat=1,                'unknown key hartbeat in the query of a URL; did you mean heartbeat?'",
    "ssl_ca_cert=x,             'did you mean ssl_ca_certs?'",
    "visibility_timeout=1,      'known are [heartbeat, connect_timeout'",
    "password=x,                'password in the query of a URL repeats a part of the URL itself'",
    "virtual_host=x,            'repeats a part'",
    "ssl_ciphers=x,             'give ConnectionOptions.tls an SSLContext'",
    "heartbeat=often,           'heartbeat in a URL must be a number of seconds, was often'",
    "heartbeat=-1,              'must be a number of seconds'",
    "heartbeat=NaN,             'must be a number of seconds'",
    "connect_timeout=0,         'connect_timeout in a URL must be'",
    "ssl=maybe,                 'ssl in a URL must be true or false, was maybe'",
    "ssl_cert_reqs=sometimes,   'cert_reqs must be required, optional or none'",
    "ssl_keyfile=/x,            'keyfile needs certfile'",
    "ssl_ca_certs=/no/such,     'cannot read ca_certs /no/such'"
  })
  void whatMakesNoSenseIsNamed(String query, String message) {
    ConnectionUrl url = ConnectionUrl.parse("amqp://u:secret@h?" + query);

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> url.applyTo(DEFAULTS))
        .withMessageContaining(message)
        .withMessageNotContaining("secret");
  }

  @Test
  void otherKeysAreTransportOptionsForTheOneWhoSaysSo() {
    ConnectionOptions willing = DEFAULTS.toBuilder().transportOptionsInUrl(true).build();
    ConnectionUrl url =
        ConnectionUrl.parse("filesystem://?folder=/a%20b&store=True&count=10&wait=0.5&heartbeat=3");

    ConnectionOptions options = url.applyTo(willing);

    assertThat(options.transportOptions())
        .isEqualTo(Map.of("folder", "/a b", "store", true, "count", 10L, "wait", 0.5));
    assertThat(options.heartbeat()).isEqualTo(Duration.ofSeconds(3));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ConnectionUrl.parse("amqp://h?password=x").applyTo(willing))
        .withMessageContaining("repeats a part");
  }

  @Test
  void theNameThatACertificateMustHaveMayBeAnotherThanTheHosts() {
    ConnectionOptions options =
        ConnectionUrl.parse("amqps://10.0.0.1?ssl_server_hostname=broker.example")
            .applyTo(DEFAULTS);

    assertThat(options.tlsServerName()).isEqualTo("broker.example");
    assertThat(options.verifyHostname()).isTrue();
  }
}
