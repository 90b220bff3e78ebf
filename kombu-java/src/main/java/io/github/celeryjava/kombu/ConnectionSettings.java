package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Everything a {@link Connection} is made from; copies of it share one.
 *
 * @param brokers where to connect, at least one, in order
 * @param random 0 to 1, for jitter
 */
record ConnectionSettings(
    List<Broker> brokers,
    SerializerRegistry serializers,
    CompressorRegistry compressors,
    FailoverStrategy failover,
    RetryPolicy retryPolicy,
    List<ConnectionListener> listeners,
    Timing timing,
    DoubleSupplier random) {

  /**
   * One of the brokers.
   *
   * @param options those of the connection with what the URL's query says on top
   * @param provider what can open it
   */
  record Broker(ConnectionUrl url, ConnectionOptions options, TransportProvider provider) {}

  /** The options for the broker to try first. */
  ConnectionOptions options() {
    return brokers.get(0).options();
  }
}
