package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.ConnectionSettings.Broker;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.TransportProvider;
import io.github.celeryjava.kombu.transport.Transports;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of one {@link Connection}; not thread-safe. */
public final class ConnectionBuilder {

  private final String urls;

  // Mutable state
  private final List<TransportProvider> transports = new ArrayList<>();
  private final List<ConnectionListener> listeners = new ArrayList<>();
  private ConnectionOptions options = ConnectionOptions.defaults();
  private SerializerRegistry serializers = SerializerRegistry.standard();
  private CompressorRegistry compressors = CompressorRegistry.standard();
  private FailoverStrategy failover = FailoverStrategy.roundRobin();
  private RetryPolicy retryPolicy = RetryPolicy.reconnecting();
  private LongSupplier nanos = System::nanoTime;
  private @Nullable Timing timing;
  private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

  ConnectionBuilder(String... urls) {
    this.urls = String.join(";", urls);
  }

  /** How to talk to the brokers; what a URL's query says wins for that URL. */
  public ConnectionBuilder options(ConnectionOptions options) {
    this.options = requireNonNull(options, "options");
    return this;
  }

  /** What to encode and decode bodies with. Default: JSON, text and bytes. */
  public ConnectionBuilder serializers(SerializerRegistry serializers) {
    this.serializers = requireNonNull(serializers, "serializers");
    return this;
  }

  public ConnectionBuilder compressors(CompressorRegistry compressors) {
    this.compressors = requireNonNull(compressors, "compressors");
    return this;
  }

  /** Which broker to try after one that failed. Default: the next one. */
  public ConnectionBuilder failover(FailoverStrategy failover) {
    this.failover = requireNonNull(failover, "failover");
    return this;
  }

  /**
   * How to go on when the broker cannot be reached, wherever a call names no policy of its own.
   * Default: {@link RetryPolicy#reconnecting}.
   */
  public ConnectionBuilder retryPolicy(RetryPolicy retryPolicy) {
    this.retryPolicy = requireNonNull(retryPolicy, "retryPolicy");
    return this;
  }

  /** Tells {@code listener} what happens to this connection and its copies. */
  public ConnectionBuilder listener(ConnectionListener listener) {
    listeners.add(requireNonNull(listener, "listener"));
    return this;
  }

  /** Uses this transport for its schemes, before those on the class path. */
  public ConnectionBuilder transport(TransportProvider transport) {
    transports.add(requireNonNull(transport, "transport"));
    return this;
  }

  /** The monotonic clock that deadlines are measured by. Default: the JVM's. */
  public ConnectionBuilder nanos(LongSupplier nanos) {
    this.nanos = requireNonNull(nanos, "nanos");
    return this;
  }

  ConnectionBuilder timing(Timing timing) {
    this.timing = timing;
    return this;
  }

  ConnectionBuilder random(DoubleSupplier random) {
    this.random = random;
    return this;
  }

  /**
   * Makes the connection; nothing is opened yet.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a URL is malformed or
   *     no transport knows its scheme
   */
  public Connection build() {
    List<Broker> brokers = ConnectionUrl.parseAll(urls).stream().map(this::broker).toList();
    return new Connection(
        new ConnectionSettings(
            brokers,
            serializers,
            compressors,
            failover,
            retryPolicy,
            List.copyOf(listeners),
            timing == null ? Timing.of(nanos) : timing,
            random));
  }

  private Broker broker(ConnectionUrl url) {
    TransportProvider provider =
        transports.stream()
            .filter(transport -> transport.schemes().contains(url.scheme()))
            .findFirst()
            .orElseGet(() -> Transports.forScheme(url.scheme()));
    return new Broker(url, url.applyTo(options), provider);
  }
}
