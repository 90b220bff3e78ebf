package io.github.celeryjava.kombu.transport.amqp;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.RabbitServer;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS and logins, on a broker that has a certificate and knows that of a client. */
@Timeout(60)
class AmqpTlsIT {

  private static RabbitServer broker;

  @BeforeAll
  static void startBroker() {
    broker = RabbitServer.startWithTls();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void aBrokerWhoseCertificateIsTrustedAndNamesItIsSpokenToInBothDirections() throws Exception {
    try (TransportConnection connection = open(tlsUrl("guest:guest@", trusting()))) {
      Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);
      Queue jobs = Queue.builder("tls.jobs").exclusive().build();
      channel.declare(jobs);
      byte[] large = new byte[2_000_000];

      channel.publish(Destination.queue(jobs.name()), message(large)).get(10, TimeUnit.SECONDS);

      assertThat(channel.get(jobs.name(), AckMode.NONE).orElseThrow().message().body())
          .isEqualTo(large);
      assertThat(connection.description())
          .isEqualTo("amqps://guest:**@127.0.0.1:" + broker.tlsPort() + "//");
    }
  }

  @Test
  void aBrokerWhoseCertificateNamesAnotherHostIsRefused() {
    String url = tlsUrl("guest:guest@", "ca_certs=" + TlsFront.file("server.pem"));

    assertThatThrownBy(() -> open(url))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isFalse())
        .hasMessageContainingAll("certificate", "host name");
  }

  @Test
  void aClientMayLogInByItsCertificateAlone() {
    String url = tlsUrl("", trusting() + "&login_method=EXTERNAL" + ownKeys());

    try (TransportConnection connection = open(url)) {
      assertThat(broker.ctl("list_connections", "user", "ssl", "auth_mechanism"))
          .containsPattern("client\\s+true\\s+EXTERNAL");
      assertThat(connection.description()).startsWith("amqps://127.0.0.1:");
    }
  }

  @Test
  void whoHasNoCertificateCannotLogInByIt() {
    String url = tlsUrl("", trusting() + "&login_method=EXTERNAL");

    assertThatThrownBy(() -> open(url))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isFalse());
  }

  @Test
  void theLoginMethodOfOldAmqpWorksToo() {
    try (TransportConnection connection =
        open(tlsUrl("guest:guest@", trusting() + "&login_method=AMQPLAIN"))) {
      assertThat(broker.ctl("list_connections", "auth_mechanism")).contains("AMQPLAIN");
      assertThat(connection.isOpen()).isTrue();
    }
    assertThatThrownBy(() -> open(tlsUrl("guest:wrong@", trusting() + "&login_method=AMQPLAIN")))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(403));
  }

  @Test
  void renewedCertificatesAreUsedByTheNextConnection(@TempDir Path folder) throws Exception {
    Path ca = folder.resolve("ca.pem");
    Files.copy(Path.of(TlsFront.file("client.pem")), ca); // does not vouch for the broker
    ConnectionOptions options =
        ConnectionOptions.builder()
            .tlsFiles(Map.of("ca_certs", ca.toString(), "server_hostname", "broker.example"))
            .build();
    ConnectionUrl url = ConnectionUrl.parse("amqps://guest:guest@127.0.0.1:" + broker.tlsPort());
    assertThatThrownBy(() -> open(url, options)).hasMessageContaining("not trusted");

    Files.writeString(ca, "half written");
    Files.setLastModifiedTime(ca, FileTime.from(Instant.now().plus(Duration.ofSeconds(5))));
    assertThatThrownBy(() -> open(url, options)).hasMessageContaining("not trusted");
    Files.delete(ca);
    Files.copy(Path.of(TlsFront.file("server.pem")), ca);
    Files.setLastModifiedTime(ca, FileTime.from(Instant.now().plus(Duration.ofSeconds(10))));

    try (TransportConnection connection = open(url, options)) {
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Test
  void aPlainConnectionToTheSameBrokerGoesOnWorking() throws Exception {
    try (TransportConnection connection =
        open(ConnectionUrl.parse(broker.uri().toString()), ConnectionOptions.defaults())) {
      Channel channel = connection.openChannel(ChannelPurpose.PUBLISHING);
      channel
          .publish(Destination.exchange("amq.direct", "nobody"), message(bytes("plain")))
          .get(10, TimeUnit.SECONDS);
    }
  }

  private static String trusting() {
    return "ssl_ca_certs=" + TlsFront.file("server.pem") + "&ssl_server_hostname=broker.example";
  }

  private static String ownKeys() {
    return "&ssl_certfile="
        + TlsFront.file("signed.pem")
        + "&ssl_keyfile="
        + TlsFront.file("client.key");
  }

  private static String tlsUrl(String login, String query) {
    return "amqps://" + login + "127.0.0.1:" + broker.tlsPort() + "?" + query;
  }

  private static TransportConnection open(String url) {
    ConnectionUrl parsed = ConnectionUrl.parse(url);
    return open(parsed, parsed.applyTo(ConnectionOptions.defaults()));
  }

  private static TransportConnection open(ConnectionUrl url, ConnectionOptions options) {
    return new AmqpTransport().open(url, options, SilentListener.INSTANCE);
  }
}
