package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;

/**
 * Everything a {@link Connection} is made from; copies of it share one.
 *
 * @param brokers where to connect, at least one, in order
 * @param login puts user and password of the moment into a URL
 * @param random 0 to 1, for jitter
 */
record ConnectionSettings(
    List<Broker> brokers,
    SerializerRegistry serializers,
    CompressorRegistry compressors,
    FailoverStrategy failover,
    RetryPolicy retryPolicy,
    List<ConnectionListener> listeners,
    TrafficListener traffic,
    UnaryOperator<ConnectionUrl> login,
    Timing timing,
    DoubleSupplier random) {

  /**
   * One of the brokers.
   *
   * @param options those of the connection with what the URL's query says on top
   * @param provider what can open it
   */
  record Broker(ConnectionUrl url, ConnectionOptions options, TransportProvider provider) {}

  /** The same for other brokers. */
  ConnectionSettings withBrokers(List<Broker> others) {
    return new ConnectionSettings(
        others,
        serializers,
        compressors,
        failover,
        retryPolicy,
        listeners,
        traffic,
        login,
        timing,
        random);
  }

  /** The options for the broker to try first. */
  ConnectionOptions options() {
    return brokers.get(0).options();
  }
}
