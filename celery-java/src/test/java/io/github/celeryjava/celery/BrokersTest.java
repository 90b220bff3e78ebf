package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.FailoverStrategy;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokersTest {

  @Test
  void readsFromAndWritesToTheBrokerOfTheSettings() {
    Brokers brokers = brokers(Map.of("broker_url", "memory://one"));

    assertThat(brokers.forRead("x").description()).startsWith("memory://one");
    assertThat(brokers.forWrite("x").description()).startsWith("memory://one");
  }

  @Test
  void readsFromOneBrokerAndWritesToAnotherWhereTheSettingsSaySo() {
    Brokers brokers =
        brokers(
            Map.of(
                "broker_url", "memory://one",
                "broker_read_url", "memory://two",
                "broker_write_url", "memory://three"));

    assertThat(brokers.forRead("x").description()).startsWith("memory://two");
    assertThat(brokers.forWrite("x").description()).startsWith("memory://three");
  }

  @Test
  void makesAConnectionAnewForEachWhoAsks() {
    Brokers brokers = brokers(Map.of("broker_url", "memory://one"));
    Connection write = brokers.forWrite("x");
    write.connect();

    brokers.forRead("x").close();

    assertThat(write.isConnected()).isTrue();
    write.close();
  }

  @Test
  void showsNoPasswordOfAnyBroker() {
    Connection connection =
        brokers(
                Map.of(
                    "broker_url",
                    "amqp://me:geheim@one:5672//;amqp://me:secret@two//;amqps://me:hush@three/v"))
            .forRead("x");

    assertThat(connection.description() + connection + connection.options())
        .contains("one")
        .doesNotContain("geheim", "secret", "hush");
  }

  @Test
  void triesTheBrokersInTurn() {
    Connection connection =
        brokers(
                Map.of(
                    "broker_url",
                    List.of("amqp://127.0.0.1:1//", "memory://second"),
                    "broker_connection_timeout",
                    5))
            .forWrite("x");

    connection.connect();

    assertThat(connection.description()).isEqualTo("memory://second");
    connection.close();
  }

  @Test
  void saysWhatToDoIfThereIsNoBroker() {
    assertThatThrownBy(() -> brokers(Map.of()).forRead("x"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("broker_url")
        .hasMessageContaining("CELERY_BROKER_URL");
  }

  @Test
  void refusesASchemeThatNoTransportKnowsWithoutShowingThePassword() {
    assertThatThrownBy(() -> brokers(Map.of("broker_url", "amqpp://me:geheim@host//")).forRead("x"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("amqpp")
        .hasMessageNotContaining("geheim");
  }

  @Test
  void passesTheSettingsOnToTheConnection() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("broker_url", "amqp://host//");
    settings.put("broker_connection_timeout", 7);
    settings.put("broker_heartbeat", 20);
    settings.put("broker_login_method", "EXTERNAL");
    settings.put("broker_transport_options", Map.of("confirm_publish", true, "x", 1));

    ConnectionOptions options = brokers(settings).forRead("worker-1").options();

    assertThat(options.clientName()).isEqualTo("worker-1");
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.heartbeat()).isEqualTo(Duration.ofSeconds(20));
    assertThat(options.loginMethod()).isEqualTo("EXTERNAL");
    assertThat(options.transportOptions()).containsEntry("x", 1);
    assertThat(options.tls()).isNull();
  }

  @Test
  void theBrokerConfirmsUnlessToldNotTo() {
    Map<String, Object> on = Map.of("confirm_publish", true);
    Map<String, Object> off = Map.of("confirm_publish", false);

    assertThat(with("broker_transport_options", Map.of()).confirms()).isTrue();
    assertThat(with("broker_transport_options", on).confirms()).isTrue();
    assertThat(with("broker_transport_options", off).confirms()).isFalse();
  }

  @Test
  void noHeartbeatIsAnIntervalOfZero() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("broker_url", "amqp://host//");
    settings.put("broker_heartbeat", null);

    assertThat(brokers(settings).forRead("x").options().heartbeat()).isZero();
  }

  @Test
  void tlsIsSwitchedOnByTrueByFilesAndByAContext() throws Exception {
    SSLContext own = SSLContext.getInstance("TLS");

    assertThat(tls(true).tls()).isNotNull();
    assertThat(tls(true).verifyHostname()).isTrue();
    assertThat(tls(Map.of("cert_reqs", "none")).tls()).isNotNull();
    assertThat(tls(Map.of("cert_reqs", "none")).verifyHostname()).isFalse();
    assertThat(tls(own).tls()).isSameAs(own);
    assertThat(tls(false).tls()).isNull();
    assertThat(tls(null).tls()).isNull();
  }

  @Test
  void aTlsFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> tls(Map.of("ca_certs", "/not/there.pem")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("/not/there.pem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"round-robin", "shuffle"})
  void takesTheNamesOfCelerysStrategies(String strategy) {
    Connection connection =
        brokers(
                Map.of(
                    "broker_url",
                    "memory://one;memory://two",
                    "broker_failover_strategy",
                    strategy))
            .forRead("x");

    connection.connect();

    assertThat(connection.description()).isIn("memory://one", "memory://two");
    connection.close();
  }

  @Test
  void takesAStrategyOfOnesOwn() {
    FailoverStrategy last = (failed, brokers) -> brokers - 1;
    Connection connection =
        brokers(
                Map.of(
                    "broker_url",
                    "amqp://127.0.0.1:1//;memory://two;memory://three",
                    "broker_failover_strategy",
                    last))
            .forRead("x");

    connection.connect();

    assertThat(connection.description()).isEqualTo("memory://three");
    connection.close();
  }

  @Test
  void refusesAStrategyThatNobodyKnows() {
    Brokers brokers =
        brokers(Map.of("broker_url", "memory://", "broker_failover_strategy", "random"));

    assertThatThrownBy(() -> brokers.forRead("x"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'random'")
        .hasMessageContaining("round-robin");
  }

  private static ConnectionOptions tls(Object value) {
    return with("broker_use_ssl", value);
  }

  private static ConnectionOptions with(String setting, Object value) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("broker_url", "amqp://host//");
    settings.put(setting, value);
    return brokers(settings).forRead("x").options();
  }

  private static Brokers brokers(Map<String, ?> settings) {
    return new Brokers(
        CeleryConfig.builder().map("test", settings).build(),
        SerializerRegistry.standard(),
        CompressorRegistry.standard());
  }
}
