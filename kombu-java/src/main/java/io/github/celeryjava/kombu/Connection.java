package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A way to a broker: where it is, how to talk to it, and the physical connection, which is opened
 * on first use and opened again on the first use after it was lost. Thread-safe; only {@link
 * #drainEvents} belongs to one thread at a time.
 *
 * <p><b>Waiting.</b> Whatever needs the connection waits until it is open, no longer than its own
 * deadline or, where it has none, {@linkplain ConnectionOptions#connectTimeout the time allowed for
 * connecting} once a broker and once more. An attempt that failed is not remembered: the next use
 * tries again. Waiting is never cut short by an interrupt, which could not be told from a loss; the
 * flag is kept. Sockets are opened on a thread of the connection, never on the caller's.
 *
 * <p><b>After a loss</b> everything but consumers goes on by itself: producers send again what was
 * not confirmed, declarations are made again before the next use. Consumers stop, {@link
 * #drainEvents} throws, and their owner calls {@link Consumer#consume} when it is ready for
 * deliveries.
 *
 * <p>A broker that blocks publishers, for lack of memory or disk, reads nothing more from their
 * whole connection. A program that does both should consume on one and publish on {@linkplain #copy
 * another}, or through a {@link ProducerPool}.
 *
 * <p>Named after {@code kombu.Connection}.
 */
public final class Connection implements AutoCloseable {

  private final ConnectionSettings settings;
  private final DeliveryInbox inbox = new DeliveryInbox();
  private final ScheduledExecutorService callbacks = Threads.onDemand("kombu-callback");
  private final ConnectionEvents events;
  private final Connector connector;
  private final RetryLoop retryLoop;
  private final AtomicBoolean closed = new AtomicBoolean();

  // Mutable state
  private volatile ConnectionBuilder origin; // never changed itself

  Connection(ConnectionBuilder origin, ConnectionSettings settings) {
    this.origin = origin;
    this.settings = settings;
    this.events = new ConnectionEvents(callbacks, settings.listeners(), settings.traffic());
    this.connector = new Connector(settings, inbox, events);
    this.retryLoop = new RetryLoop(settings, connector);
  }

  /**
   * A connection with default options. Nothing is opened yet.
   *
   * @param url one URL, or several separated by semicolons, tried in order
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a URL is malformed or
   *     no transport knows its scheme
   */
  public static Connection open(String url) {
    return builder(url).build();
  }

  /** Starts from the brokers' URLs, tried in order; each stands alone, nothing is inherited. */
  public static ConnectionBuilder builder(String... urls) {
    return new ConnectionBuilder(urls);
  }

  /**
   * Opens the connection if it is not open, trying again as the connection's retry policy says.
   *
   * @throws OperationalException if no broker could be reached in time, or one refused
   */
  public void connect() {
    boolean unused = retryLoop.run(retryLoop.implicitRetries(), link -> true);
  }

  /**
   * Opens the connection if it is not open.
   *
   * @param timeout how long to go on trying
   * @throws OperationalException the last failure, once {@code policy} or {@code timeout} allows no
   *     other attempt, or at once if every broker refused
   */
  public void connect(RetryPolicy policy, Duration timeout) {
    ensureLink(retries(policy, timeout), link -> true);
  }

  /** Whether the connection is open, as far as this side knows. */
  public boolean isConnected() {
    return connector.current() != null;
  }

  /** Whether the broker has said that it takes no messages on this connection for now. */
  public boolean isBlocked() {
    Link now = connector.current();
    return now != null && now.isBlocked();
  }

  /** Opens a channel for declaring, consuming and settling; the caller closes it. */
  public Channel channel() {
    return channel(ChannelPurpose.CONSUMING);
  }

  /** Opens a channel; the caller closes it. */
  public Channel channel(ChannelPurpose purpose) {
    return link().openChannel(purpose);
  }

  /**
   * The channel that this connection declares on. It is shared; callers do not close it, and take
   * it anew each time, since one that failed is replaced.
   */
  public Channel defaultChannel() {
    return link().defaultChannel();
  }

  /** Declares the exchange, unless this connection has done so since it was opened. */
  public void declare(Exchange exchange) {
    link().declare(requireNonNull(exchange, "exchange"));
  }

  /**
   * Declares the queue, its exchanges and its bindings, unless this connection has done so since it
   * was opened. A queue that the broker may drop by itself is declared each time.
   *
   * @return the queue's name, picked by the broker if it had none
   * @throws OperationalException not recoverable if the queue exists with other settings
   */
  public String declare(Queue queue) {
    return link().declare(requireNonNull(queue, "queue"));
  }

  /**
   * Calls {@code operation} until it works: the one retry loop of the library. It goes on after
   * {@linkplain OperationalException#isRecoverable recoverable} errors, opening the connection
   * again where it was lost, first at once and then with the waits of the policy.
   *
   * <p>The operation runs on the calling thread, and possibly more than once: what it did on a
   * connection that was lost may have happened. {@code timeout} is checked between attempts, an
   * attempt is not cut short.
   *
   * @param timeout from now; no attempt starts later
   * @param operation is given the {@linkplain #defaultChannel default channel}
   * @throws OperationalException the last error, once no other attempt is allowed, or at once if it
   *     is not recoverable
   */
  public <R extends @Nullable Object> R ensure(
      RetryPolicy policy, Duration timeout, Function<Channel, R> operation) {
    requireNonNull(operation, "operation");
    return ensureLink(retries(policy, timeout), link -> operation.apply(link.defaultChannel()));
  }

  /** Starts a producer on this connection. */
  public ProducerBuilder producer() {
    return new ProducerBuilder(this);
  }

  /** Starts a consumer on this connection. */
  public ConsumerBuilder consumer() {
    return new ConsumerBuilder(this);
  }

  /** A durable queue of that name, used almost like a collection. */
  public SimpleQueue simpleQueue(String name) {
    return SimpleQueue.of(this, name);
  }

  /** The same with nothing that lasts. */
  public SimpleBuffer simpleBuffer(String name) {
    return SimpleBuffer.of(this, name);
  }

  /**
   * Handles what has arrived, on the calling thread: deliveries to consumers and tasks given to
   * {@link #execute}. Waits for the first event, then takes those that are there, a few hundred at
   * most. One thread at a time; the only place where handlers are called.
   *
   * <p>While the connection is not open, tasks are still run. An interrupt does not end the wait;
   * the flag is kept.
   *
   * @param timeout the longest wait for the first event; zero only looks
   * @return how many events were handled; 0 if none came in time
   * @throws OperationalException when the connection was lost, or a consumer ended although nobody
   *     cancelled it: once for each such event, and before any later one. What the dead connection
   *     or consumer had delivered and was not yet handled is dropped, since it is the broker's
   *     again
   * @throws RuntimeException what a handler or a task threw; the events after it are handled by the
   *     next call
   */
  public int drainEvents(Duration timeout) {
    return inbox.drain(timeout);
  }

  /**
   * The same, with no more events at a time than {@code most}.
   *
   * @param most at least 1
   * @throws OperationalException as the other form
   */
  public int drainEvents(Duration timeout, int most) {
    return inbox.drain(timeout, most);
  }

  /** Runs {@code task} on the thread that drains, in order with deliveries. Returns at once. */
  public void execute(Runnable task) {
    inbox.put(requireNonNull(task, "task")::run);
  }

  /** Tells {@code listener} what happens from now on. */
  public void addListener(ConnectionListener listener) {
    events.add(requireNonNull(listener, "listener"));
  }

  /** Another connection with the same settings and listeners, not opened. */
  public Connection copy() {
    return new Connection(origin, copiedSettings());
  }

  /** Starts another connection from the settings of this one. */
  public ConnectionBuilder toBuilder() {
    return new ConnectionBuilder(origin);
  }

  /**
   * Leads the connection elsewhere: drops it as {@link #collect} does, forgets what was declared,
   * and connects to the new address on next use. Copies made before stay where they are.
   *
   * @param urls one URL, or several separated by semicolons, tried in order
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a URL is malformed or
   *     no transport knows its scheme; then nothing has changed
   */
  public void switchTo(String urls) {
    ConnectionBuilder moved = origin.withUrl(urls);
    Link last = connector.switchTo(moved.brokers());
    origin = moved;
    drop(last);
  }

  /**
   * Gives the physical connection up without a word to the broker, as one that no longer answers.
   * The next use opens another, to the next broker where there are several; consumers end as after
   * any loss.
   */
  public void collect() {
    drop(connector.current());
  }

  /** Where the connection leads or would lead, without a password. */
  public String description() {
    return connector.where();
  }

  /** What the first broker's transport can do. */
  public Set<Capability> capabilities() {
    return connector.brokers().get(0).provider().capabilities();
  }

  /** Whether the first broker's transport has exchanges of that type. */
  public boolean supports(ExchangeType type) {
    return type.equals(ExchangeType.DIRECT)
        || capabilities().stream().anyMatch(each -> each.name().equalsIgnoreCase(type.name()));
  }

  /** How to talk to the first broker, with what its URL says. */
  public ConnectionOptions options() {
    return connector.brokers().get(0).options();
  }

  /** Where the first broker is and how to talk to it, defaults filled in, without a password. */
  public ConnectionInfo info() {
    return BrokerInfo.of(connector.brokers());
  }

  /** The interval of heartbeats that both sides agreed on; zero if not connected, or without. */
  public Duration heartbeat() {
    Link now = connector.current();
    return now == null ? Duration.ZERO : now.heartbeat();
  }

  /**
   * The driver's own connection, opened now if need be, for what this library does not offer. What
   * is done with it must not close it.
   *
   * @return empty if the transport has no such object
   */
  public <T> Optional<T> unwrap(Class<T> type) {
    return link().unwrap(requireNonNull(type, "type"));
  }

  /** How this connection goes on when the broker cannot be reached. */
  public RetryPolicy retryPolicy() {
    return settings.retryPolicy();
  }

  /** What this connection's producers and consumers encode and decode with. */
  public SerializerRegistry serializers() {
    return settings.serializers();
  }

  public CompressorRegistry compressors() {
    return settings.compressors();
  }

  /**
   * Ends the connection and all that hangs on it; it cannot be opened again. Unsettled deliveries
   * are the broker's again, what is not confirmed yet fails. Waits for the closing handshake, for
   * at most {@link ConnectionOptions#callTimeout}; never throws. Closing twice does nothing.
   */
  @Override
  public void close() {
    end(Link::close);
  }

  /** As {@link #close}, without the closing handshake: for a broker that no longer answers. */
  public void abort() {
    end(Link::abort);
  }

  @Override
  public String toString() {
    return "Connection[" + description() + "]";
  }

  ConnectionSettings settings() {
    return settings;
  }

  /** The settings of copies, which go where this one has been switched to. */
  ConnectionSettings copiedSettings() {
    return settings.withBrokers(connector.brokers());
  }

  DeliveryInbox inbox() {
    return inbox;
  }

  /** Where user code that is told of something runs: one at a time, in order. */
  ScheduledExecutorService callbacks() {
    return callbacks;
  }

  boolean isClosed() {
    return closed.get();
  }

  /** Whether a pool may lend it: neither closed nor lost. */
  boolean isUsable() {
    return !closed.get() && connector.isUnopenedOrOpen();
  }

  /** The open connection, or null: one look, no waiting. */
  @Nullable Link currentLink() {
    return connector.current();
  }

  /** The open connection, opened now if need be. */
  Link link() {
    Link now = connector.current();
    return now != null ? now : retryLoop.run(retryLoop.implicitRetries(), link -> link);
  }

  Retries retries(RetryPolicy policy, Duration timeout) {
    return retryLoop.retries(policy, timeout);
  }

  <R extends @Nullable Object> R ensureLink(Retries retries, Function<Link, R> operation) {
    return retryLoop.run(retries, operation);
  }

  private static void drop(@Nullable Link link) {
    if (link != null) {
      link.abandon(OperationalException.lost("the connection was given up by its owner", null));
    }
  }

  private void end(java.util.function.Consumer<Link> how) {
    if (closed.compareAndSet(false, true)) {
      Link last = connector.close();
      if (last != null) {
        how.accept(last);
      }
      events.closed();
    }
  }
}
