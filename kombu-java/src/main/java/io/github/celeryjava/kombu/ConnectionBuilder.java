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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the settings of one {@link Connection}; not thread-safe. */
public final class ConnectionBuilder {

  // Mutable state
  private String urls;
  private final List<TransportProvider> transports = new ArrayList<>();
  private final List<ConnectionListener> listeners = new ArrayList<>();
  private final List<TrafficListener> traffic = new ArrayList<>();
  private UrlDefaults defaults = UrlDefaults.NONE;
  private @Nullable Supplier<Credentials> credentials;
  private ConnectionOptions options = ConnectionOptions.defaults();
  private SerializerRegistry serializers = SerializerRegistry.standard();
  private CompressorRegistry compressors = CompressorRegistry.standard();
  private FailoverStrategy failover = FailoverStrategy.roundRobin();
  private @Nullable RetryPolicy retryPolicy;
  private LongSupplier nanos = System::nanoTime;
  private @Nullable Timing timing;
  private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

  ConnectionBuilder(String... urls) {
    this.urls = String.join(";", urls);
  }

  ConnectionBuilder(ConnectionBuilder other) {
    urls = other.urls;
    transports.addAll(other.transports);
    listeners.addAll(other.listeners);
    traffic.addAll(other.traffic);
    defaults = other.defaults;
    credentials = other.credentials;
    options = other.options;
    serializers = other.serializers;
    compressors = other.compressors;
    failover = other.failover;
    retryPolicy = other.retryPolicy;
    nanos = other.nanos;
    timing = other.timing;
    random = other.random;
  }

  /** Takes other brokers, one URL or several separated by semicolons, tried in order. */
  public ConnectionBuilder url(String urls) {
    this.urls = requireNonNull(urls, "urls");
    return this;
  }

  /** The host of URLs that name none. */
  public ConnectionBuilder host(String host) {
    defaults = defaults.withHost(requireNonNull(host, "host"));
    return this;
  }

  /** The port of URLs that name none, 1 to 65535. */
  public ConnectionBuilder port(int port) {
    defaults = defaults.withPort(port);
    return this;
  }

  /** The virtual host, or number of the database, of URLs that name none. */
  public ConnectionBuilder virtualHost(String virtualHost) {
    defaults = defaults.withVirtualHost(requireNonNull(virtualHost, "virtualHost"));
    return this;
  }

  /** The user of URLs that name none. */
  public ConnectionBuilder user(String user) {
    defaults = defaults.withUser(requireNonNull(user, "user"));
    return this;
  }

  /** The password of URLs that have none. */
  public ConnectionBuilder password(String password) {
    defaults = defaults.withPassword(requireNonNull(password, "password"));
    return this;
  }

  /**
   * Asks for user and password at each attempt to connect, in place of those of the URL: for
   * passwords and tokens that change. Called on a thread of the connection, where it may wait; what
   * it throws is a failed attempt to connect.
   */
  public ConnectionBuilder credentials(Supplier<Credentials> credentials) {
    this.credentials = requireNonNull(credentials, "credentials");
    return this;
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
   * Default: what the transport options {@code max_retries}, {@code interval_start}, {@code
   * interval_step} and {@code interval_max} of the first broker say, as in kombu; without any of
   * them {@link RetryPolicy#reconnecting}. The transport option {@code connect_retries_timeout}
   * says how many seconds a call without a time-out of its own may take to connect.
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

  /** Tells {@code listener} of every message of this connection and its copies. */
  public ConnectionBuilder listener(TrafficListener listener) {
    traffic.add(requireNonNull(listener, "listener"));
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
   *     no transport knows its scheme, or a transport option on retrying makes no sense
   */
  public Connection build() {
    List<Broker> brokers = brokers();
    return new Connection(
        new ConnectionBuilder(this),
        new ConnectionSettings(
            brokers,
            serializers,
            compressors,
            failover,
            retryPolicyFor(brokers.get(0).options()),
            List.copyOf(listeners),
            Traffic.of(traffic),
            UrlDefaults.login(credentials),
            timing == null ? Timing.of(nanos) : timing,
            random));
  }

  ConnectionBuilder withUrl(String urls) {
    return new ConnectionBuilder(this).url(urls);
  }

  /** The brokers that the URLs name, each with its transport. */
  List<Broker> brokers() {
    return ConnectionUrl.parseAll(urls).stream().map(this::broker).toList();
  }

  private RetryPolicy retryPolicyFor(ConnectionOptions first) {
    if (retryPolicy != null) {
      return retryPolicy;
    }
    RetryPolicy asked = RetryOptions.policy(first);
    return asked == null ? RetryPolicy.reconnecting() : asked;
  }

  private Broker broker(ConnectionUrl given) {
    ConnectionUrl url = defaults.applyTo(given);
    TransportProvider provider =
        transports.stream()
            .filter(transport -> transport.schemes().contains(url.scheme()))
            .findFirst()
            .orElseGet(() -> Transports.forScheme(url.scheme()));
    return new Broker(url, url.applyTo(options), provider);
  }
}
