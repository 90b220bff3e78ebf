package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import com.rabbitmq.client.SaslConfig;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.ConnectionParams;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections. The work is done on a platform thread of its own, so that an interrupt of the
 * caller cannot close the socket and the time limit covers everything, name resolution included.
 */
final class AmqpConnector {

  private static final Logger log = LoggerFactory.getLogger(AmqpConnector.class);

  /** The driver refuses larger messages by dropping the connection; RabbitMQ's own limit. */
  private static final int MAX_BODY = 512 * 1024 * 1024 + 1;

  private final LongSupplier nanos;

  AmqpConnector(LongSupplier nanos) {
    this.nanos = nanos;
  }

  AmqpConnection open(AmqpEndpoint endpoint, TransportListener listener) {
    SaslConfig sasl = sasl(endpoint.options().loginMethod());
    AmqpErrors errors = new AmqpErrors(endpoint.description());
    Attempt attempt = new Attempt();
    CompletableFuture<AmqpConnection> opened = new CompletableFuture<>();
    Threads.platform(
            "kombu-amqp-connect-" + endpoint.host(),
            () -> {
              try {
                AmqpConnection connection = connect(endpoint, sasl, errors, listener, attempt);
                if (!opened.complete(connection)) {
                  connection.abort(); // too late, nobody else would close it
                }
              } catch (IOException | TimeoutException | RuntimeException e) {
                attempt.abandon();
                opened.completeExceptionally(e);
              }
            })
        .start();
    Duration limit = endpoint.options().connectTimeout();
    if (!Waiting.isDone(opened, limit, nanos)
        && opened.completeExceptionally(new TimeoutException())) {
      attempt.abandon();
      throw OperationalException.lost(
          "could not connect to "
              + endpoint.description()
              + " within "
              + limit.toMillis()
              + " ms; check that host and port are right"
              + (endpoint.tls() == null ? "" : ", that the port speaks TLS")
              + " and that no firewall drops packets",
          null);
    }
    try {
      return opened.join();
    } catch (CompletionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw errors.connecting(failure, endpoint.user(), endpoint.virtualHost());
    }
  }

  private AmqpConnection connect(
      AmqpEndpoint endpoint,
      SaslConfig sasl,
      AmqpErrors errors,
      TransportListener listener,
      Attempt attempt)
      throws IOException, TimeoutException {
    ConnectionOptions options = endpoint.options();
    Socket plain = new Socket();
    attempt.owns(plain);
    plain.setTcpNoDelay(true);
    plain.setKeepAlive(true);
    int timeout = millis(options.connectTimeout());
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException(endpoint.host());
    }
    plain.connect(address, timeout);
    SSLContext tls = endpoint.tls();
    Socket socket = tls == null ? plain : secure(plain, tls, endpoint, timeout);
    SocketWriter writer =
        new SocketWriter(
            plain,
            socket.getOutputStream(),
            "kombu-amqp-writer-" + endpoint.host() + ':' + endpoint.port(),
            nanos);
    boolean heartbeats = !options.heartbeat().isZero();
    AMQConnection driver =
        new AMQConnection(params(endpoint, sasl), new AmqpFrameHandler(socket, writer, heartbeats));
    AmqpConnection connection =
        new AmqpConnection(driver, writer, endpoint, errors, listener, nanos);
    writer.start();
    driver.start();
    connection.listen();
    writer.heartbeat(Duration.ofSeconds(driver.getHeartbeat()));
    log.debug("connected to {}", endpoint);
    return connection;
  }

  private static ConnectionParams params(AmqpEndpoint endpoint, SaslConfig sasl) {
    ConnectionOptions options = endpoint.options();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUsername(endpoint.user());
    factory.setPassword(endpoint.password());
    factory.setVirtualHost(endpoint.virtualHost());
    factory.setSaslConfig(sasl);
    factory.setClientProperties(clientProperties(options.clientName()));
    factory.setRequestedHeartbeat(seconds(options.heartbeat()));
    // The driver waits half of it for each of two answers: too long to be the first to give up,
    // since the real limit is on the whole attempt, and says so.
    factory.setHandshakeTimeout(4 * millis(options.connectTimeout()));
    factory.setChannelRpcTimeout(millis(options.callTimeout()));
    factory.setChannelShouldCheckRpcResponseType(true);
    factory.setMaxInboundMessageBodySize(MAX_BODY);
    factory.setThreadFactory(Threads.factory("kombu-amqp-driver"));
    factory.setExceptionHandler(new DriverFailures());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    // What the driver has for us runs on its reading thread: handing it on would only cost.
    return factory.params(new InlineExecutor());
  }

  private static Map<String, Object> clientProperties(@Nullable String clientName) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("product", "kombu-java");
    properties.put("platform", "Java");
    String version = AmqpConnector.class.getPackage().getImplementationVersion();
    if (version != null) {
      properties.put("version", version);
    }
    if (clientName != null) {
      properties.put("connection_name", clientName);
    }
    properties.put(
        "capabilities",
        Map.of(
            "publisher_confirms", true,
            "exchange_exchange_bindings", true,
            "basic.nack", true,
            "consumer_cancel_notify", true,
            "connection.blocked", true,
            "authentication_failure_close", true));
    return properties;
  }

  private static Socket secure(Socket plain, SSLContext tls, AmqpEndpoint endpoint, int timeout)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            tls.getSocketFactory().createSocket(plain, endpoint.host(), endpoint.port(), true);
    if (endpoint.options().verifyHostname()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.setSoTimeout(timeout);
    socket.startHandshake();
    return socket;
  }

  private static SaslConfig sasl(String loginMethod) {
    return switch (loginMethod) {
      case "PLAIN" -> DefaultSaslConfig.PLAIN;
      case "EXTERNAL" -> DefaultSaslConfig.EXTERNAL;
      default ->
          throw new ConfigurationException(
              "login method " + loginMethod + " is not supported, use PLAIN or EXTERNAL");
    };
  }

  private static int seconds(Duration heartbeat) {
    return (int) Math.min(65_535, (heartbeat.toMillis() + 999) / 1000);
  }

  private static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE / 4, duration.toMillis()));
  }

  /** The socket of an attempt to connect, so that it can be given up from outside. */
  private static final class Attempt {

    // Mutable state
    private final AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
    private volatile boolean abandoned;

    void owns(Socket opened) throws IOException {
      socket.set(opened);
      if (abandoned) {
        abandon();
        throw new IOException("given up");
      }
    }

    void abandon() {
      abandoned = true;
      Socket opened = socket.get();
      if (opened != null) {
        try {
          opened.close();
        } catch (IOException e) {
          log.debug("closing the socket failed", e);
        }
      }
    }
  }
}
