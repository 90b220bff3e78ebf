package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every way not to get a connection says what was tried, where, and what to do about it. */
@Timeout(60)
class AmqpConnectingIT {

  private final URI server = Services.amqp();
  private final RecordingListener listener = new RecordingListener();

  @Test
  @Tag("V11")
  void aConnectionDescribesItselfWithoutItsPassword() {
    try (TransportConnection connection = open(url("guest", "guest", server.getPort(), "/"))) {
      assertThat(connection.isOpen()).isTrue();
      assertThat(connection.description())
          .isEqualTo("amqp://guest:**@127.0.0.1:" + server.getPort() + "//");
    }
  }

  @Test
  void whatAUrlLeavesOutIsAsInKombu() {
    ConnectionUrl bare = ConnectionUrl.parse("amqp://");

    assertThat(AmqpEndpoint.of(bare, ConnectionOptions.defaults()).description())
        .isEqualTo("amqp://guest:**@127.0.0.1:5672//");
    assertThat(
            AmqpEndpoint.of(ConnectionUrl.parse("amqps://h"), ConnectionOptions.defaults())
                .description())
        .isEqualTo("amqps://guest:**@h:5671//");
  }

  @Test
  @Tag("V11")
  void aWrongPasswordIsRefusedForGood() {
    OperationalException refusal = failure(url("guest", "s3cret", server.getPort(), "/"));

    assertThat(refusal.isRecoverable()).isFalse();
    assertThat(refusal.replyCode()).isEqualTo(403);
    assertThat(refusal)
        .hasMessageContainingAll(
            "could not connect to amqp://guest:**@127.0.0.1",
            "user 'guest'",
            "ACCESS_REFUSED",
            "check the user name and the password")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aVirtualHostThatIsNotThereIsRefusedForGood() {
    OperationalException refusal = failure(url("guest", "guest", server.getPort(), "nowhere"));

    assertThat(refusal.isRecoverable()).isFalse();
    assertThat(refusal.replyCode()).isEqualTo(530);
    assertThat(refusal)
        .hasMessageContainingAll("NOT_ALLOWED", "check that virtual host 'nowhere' exists");
  }

  @Test
  void aPortWhereNobodyListensIsWorthTryingAgain() throws IOException {
    int free = freePort();

    OperationalException refusal = failure(url("guest", "guest", free, "/"));

    assertThat(refusal.isRecoverable()).isTrue();
    assertThat(refusal)
        .hasMessageContainingAll("127.0.0.1:" + free, "refused", "check that the broker runs");
  }

  @Test
  void aHostThatDoesNotExistIsWorthTryingAgain() {
    ConnectionUrl url = ConnectionUrl.parse("amqp://no-such-host.invalid");

    OperationalException refusal = failure(url);

    assertThat(refusal.isRecoverable()).isTrue();
    assertThat(refusal).hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void aServerThatSaysNothingIsGivenUpInTime() {
    try (FaultProxy proxy = FaultProxy.to(server)) {
      proxy.stall();
      ConnectionOptions hurried =
          ConnectionOptions.builder().connectTimeout(Duration.ofMillis(400)).build();

      long started = System.nanoTime();
      OperationalException refusal = failure(url("guest", "guest", proxy.port(), "/"), hurried);

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      assertThat(refusal.isRecoverable()).isTrue();
      assertThat(refusal).hasMessageContaining("within 400 ms");
    }
  }

  @Test
  void aServerOfAnotherKindIsToldFromABroker() throws Exception {
    try (ServerSocket web = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering =
          new Thread(
              () -> {
                try (Socket client = web.accept()) {
                  client
                      .getOutputStream()
                      .write(ContractBroker.bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
                  client.getOutputStream().flush();
                  client.getInputStream().read();
                } catch (IOException e) {
                  // The client has seen enough.
                }
              });
      answering.setDaemon(true);
      answering.start();

      OperationalException refusal = failure(url("guest", "guest", web.getLocalPort(), "/"));

      assertThat(refusal.isRecoverable()).isFalse();
      assertThat(refusal).hasMessageContaining("does not speak AMQP");
    }
  }

  @Test
  void aLoginMethodThatIsNotKnownIsAMistakeOfTheProgram() {
    ConnectionOptions odd = ConnectionOptions.builder().loginMethod("GSSAPI").build();

    assertThat(
            catchThrowableOfType(
                ConfigurationException.class,
                () -> new AmqpTransport().open(TestConnections.url(server), odd, listener)))
        .hasMessageContainingAll("GSSAPI", "PLAIN", "EXTERNAL");
  }

  @Test
  void aFailedAttemptLeavesNoThreadBehind() throws Exception {
    int free = freePort();
    failure(url("guest", "guest", free, "/"));
    failure(url("guest", "wrong", server.getPort(), "/"));

    Awaitility.await("threads of the attempts to end")
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .noneMatch(
                        name ->
                            name.contains(":" + free) || name.startsWith("kombu-amqp-connect")));
  }

  @Test
  void aTrustedServerIsSpokenToThroughTls() throws Exception {
    try (TlsFront front = TlsFront.to(server);
        TransportConnection connection =
            open(tlsUrl(front), trusting().verifyHostname(false).build())) {
      ContractBroker broker = new ContractBroker(() -> connection);
      Channel publishing = connection.openChannel(ChannelPurpose.PUBLISHING);
      Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
      var jobs = broker.declared(channel, "jobs");
      byte[] large = new byte[300_000];

      publishing
          .publish(Destination.queue(jobs.name()), ContractBroker.message(large))
          .get(10, TimeUnit.SECONDS);

      assertThat(channel.get(jobs.name(), AckMode.NONE).orElseThrow().message().body())
          .isEqualTo(large);
      assertThat(connection.description()).startsWith("amqps://");
      channel.deleteQueue(jobs.name());
    }
  }

  @Test
  void anAbortedTlsConnectionIsGoneAtOnce() throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server);
        TlsFront front = TlsFront.to(proxy.uri())) {
      TransportConnection connection =
          open(tlsUrl(front), trusting().verifyHostname(false).build());
      proxy.stall();

      long started = System.nanoTime();
      connection.abort();

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(4));
      assertThat(listener.losses()).isEmpty();
    }
  }

  @Test
  void aServerWhoseCertificateNamesAnotherHostIsRefused() throws Exception {
    try (TlsFront front = TlsFront.to(server)) {
      OperationalException refusal = failure(tlsUrl(front), trusting().build());

      assertThat(refusal.isRecoverable()).isFalse();
      assertThat(refusal).hasMessageContainingAll("amqps://", "certificate", "host name");
    }
  }

  @Test
  void aServerThatNobodyVouchesForIsRefused() throws Exception {
    try (TlsFront front = TlsFront.to(server)) {
      OperationalException refusal = failure(tlsUrl(front));

      assertThat(refusal.isRecoverable()).isFalse();
      assertThat(refusal).hasMessageContainingAll("certificate is not trusted", "CA");
    }
  }

  @Test
  void aPortThatDoesNotSpeakTlsIsSaidToBeOne() {
    ConnectionUrl plain = ConnectionUrl.parse("amqps://guest:guest@127.0.0.1:" + server.getPort());

    OperationalException refusal = failure(plain);

    assertThat(refusal).hasMessageContaining("that the port speaks TLS");
  }

  private static ConnectionOptions.Builder trusting() {
    return ConnectionOptions.builder()
        .tls(TlsFront.context("ca_certs=" + TlsFront.file("server.pem")));
  }

  private static ConnectionUrl tlsUrl(TlsFront front) {
    return ConnectionUrl.parse("amqps://guest:guest@127.0.0.1:" + front.port());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ConnectionUrl url(String user, String password, int port, String virtualHost) {
    return new ConnectionUrl("amqp", user, password, "127.0.0.1", port, virtualHost, Map.of());
  }

  private TransportConnection open(ConnectionUrl url) {
    return open(url, ConnectionOptions.defaults());
  }

  private TransportConnection open(ConnectionUrl url, ConnectionOptions options) {
    return new AmqpTransport().open(url, options, listener);
  }

  private OperationalException failure(ConnectionUrl url) {
    return failure(url, ConnectionOptions.defaults());
  }

  private OperationalException failure(ConnectionUrl url, ConnectionOptions options) {
    OperationalException failure =
        catchThrowableOfType(OperationalException.class, () -> open(url, options).close());
    assertThat(listener.losses()).isEmpty();
    return failure;
  }
}
