package io.github.celeryjava.kombu.transport.amqp;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SaslConfig;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.ConnectionParams;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.TransportListener;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections. The work is done on a platform thread of its own, so that an interrupt of the
 * caller cannot close the socket and the time limit covers everything, name resolution included.
 */
final class AmqpConnector {

  private static final Logger log = LoggerFactory.getLogger(AmqpConnector.class);

  private final LongSupplier nanos;

  AmqpConnector(LongSupplier nanos) {
    this.nanos = nanos;
  }

  AmqpConnection open(AmqpEndpoint endpoint, TransportListener listener) {
    SaslConfig sasl = AmqpLogin.of(endpoint.options().loginMethod());
    AmqpErrors errors = new AmqpErrors(endpoint.description());
    AmqpSockets attempt = new AmqpSockets();
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
      AmqpSockets attempt)
      throws IOException, TimeoutException {
    ConnectionOptions options = endpoint.options();
    int timeout = millis(options.connectTimeout());
    Socket plain = attempt.connect(endpoint, timeout);
    Socket socket = AmqpSockets.secure(plain, endpoint, timeout);
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
    Duration writeTimeout = endpoint.settings().writeTimeout();
    if (writeTimeout != null) {
      connection.limitWrites(writeTimeout);
    }
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
    factory.setClientProperties(clientProperties(endpoint));
    factory.setRequestedChannelMax(endpoint.settings().channelMax());
    factory.setRequestedFrameMax(endpoint.settings().frameMax());
    factory.setRequestedHeartbeat(seconds(options.heartbeat()));
    // The driver waits half of it for each of two answers: too long to be the first to give up,
    // since the real limit is on the whole attempt, and says so.
    factory.setHandshakeTimeout(4 * millis(options.connectTimeout()));
    factory.setChannelRpcTimeout(millis(options.callTimeout()));
    factory.setChannelShouldCheckRpcResponseType(true);
    factory.setMaxInboundMessageBodySize(endpoint.settings().maxBody());
    factory.setThreadFactory(Threads.factory("kombu-amqp-driver"));
    factory.setExceptionHandler(new DriverFailures());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    // What the driver has for us runs on its reading thread: handing it on would only cost.
    return factory.params(new InlineExecutor());
  }

  private static Map<String, @Nullable Object> clientProperties(AmqpEndpoint endpoint) {
    Map<String, @Nullable Object> properties = new HashMap<>();
    properties.put("product", "kombu-java");
    properties.put("platform", "Java");
    String version = AmqpConnector.class.getPackage().getImplementationVersion();
    if (version != null) {
      properties.put("version", version);
    }
    String name = endpoint.options().clientName();
    if (name != null) {
      properties.put("connection_name", name);
    }
    properties.putAll(OutgoingTable.of(endpoint.settings().clientProperties()));
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

  private static int seconds(Duration heartbeat) {
    return (int) Math.min(65_535, (heartbeat.toMillis() + 999) / 1000);
  }

  private static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE / 4, duration.toMillis()));
  }
}
