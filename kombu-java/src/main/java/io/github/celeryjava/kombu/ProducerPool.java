package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes through producers that each have a connection of their own. Thread-safe.
 *
 * <p>A message holds a producer for as long as it takes to hand it to the transport, not until it
 * is confirmed, so a few connections serve many threads, and the pool is hardly ever waited for.
 * Futures have a producer to themselves, beside the limit, so that they wait for nobody and keep
 * their order.
 *
 * <p>Named after {@code kombu.pools.ProducerPool}.
 */
public final class ProducerPool implements AutoCloseable {

  private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

  private final Duration maxWait;
  private final Timing timing;
  private final ResourcePool<Producer> pool;
  private final Producer async;
  private final Set<Producer> leaving = ConcurrentHashMap.newKeySet();

  // Mutable state
  private volatile boolean closed;

  private ProducerPool(
      Connection template, UnaryOperator<ProducerBuilder> settings, int limit, Duration maxWait) {
    this.maxWait = maxWait;
    this.timing = template.settings().timing();
    this.async = settings.apply(template.copy().producer()).build();
    this.pool =
        new ResourcePool<>(
            "producer",
            limit,
            template.settings(),
            () -> settings.apply(template.copy().producer()).build(),
            Producer::isUsable,
            this::dispose);
  }

  /** Up to ten producers with default settings, with a wait of up to 10 s for one. */
  public static ProducerPool of(Connection template) {
    return of(template, UnaryOperator.identity(), ConnectionPool.DEFAULT_LIMIT, DEFAULT_WAIT);
  }

  /**
   * A pool of producers on copies of a connection, which itself stays out of it. Nothing is opened
   * before it is needed.
   *
   * @param settings what every producer is to be like
   * @param limit most producers at a time; 0 makes one for each borrower and closes it afterwards,
   *     once its messages are confirmed
   * @param maxWait the longest wait for one, where a publish has more time than that
   */
  public static ProducerPool of(
      Connection template, UnaryOperator<ProducerBuilder> settings, int limit, Duration maxWait) {
    return new ProducerPool(template, settings, limit, maxWait);
  }

  /**
   * Publishes like {@link Producer#publish(Object, PublishOptions)}; the wait for a producer counts
   * too.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   */
  public void publish(@Nullable Object body, PublishOptions options) {
    publish(producer -> producer.encode(body, options), options);
  }

  /**
   * Publishes like {@link Producer#publish(Destination, TransportMessage, PublishOptions)}; the
   * wait for a producer counts too.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   */
  public void publish(Destination destination, TransportMessage message, PublishOptions options) {
    OutgoingMessage outgoing = new OutgoingMessage(destination, message);
    publish(producer -> outgoing, options);
  }

  /** Publishes like {@link Producer#publishAsync(Object, PublishOptions)}. */
  public CompletableFuture<@Nullable Void> publishAsync(
      @Nullable Object body, PublishOptions options) {
    return async.publishAsync(body, options);
  }

  /**
   * Publishes like {@link Producer#publishAsync(Destination, TransportMessage, PublishOptions)}.
   */
  public CompletableFuture<@Nullable Void> publishAsync(
      Destination destination, TransportMessage message, PublishOptions options) {
    return async.publishAsync(destination, message, options);
  }

  /**
   * Publishes like {@link Producer#publishAll}, holding one producer all the time.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   */
  public PublishReport publishAll(Iterable<?> bodies, PublishOptions options) {
    return call(producer -> producer.publishAll(bodies, options));
  }

  /**
   * Publishes like {@link Producer#publishMessages}, holding one producer all the time.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   */
  public PublishReport publishMessages(Iterable<OutgoingMessage> messages, PublishOptions options) {
    return call(producer -> producer.publishMessages(messages, options));
  }

  /**
   * Runs {@code action} with a producer of its own.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   */
  public <R extends @Nullable Object> R call(Function<Producer, R> action) {
    try (Lease<Producer> lease = pool.borrow(maxWait)) {
      return action.apply(lease.get());
    }
  }

  /** Most producers at a time; 0 if there is no limit. */
  public int limit() {
    return pool.limit();
  }

  /**
   * Changes how many producers there may be at a time. Those who wait for one are served at once if
   * there may be more; if there may be fewer, what is idle is closed now, and what is lent when it
   * is given back.
   *
   * @param limit 0 makes one for each borrower and closes it afterwards
   */
  public void resize(int limit) {
    pool.resize(limit);
  }

  /** Producers lent at the moment. */
  public int lent() {
    return pool.lent();
  }

  /** Producers waiting to be lent. */
  public int idle() {
    return pool.idle();
  }

  /**
   * Closes the producers and their connections: what is idle now, and the rest when it is given
   * back. What is not confirmed yet fails.
   */
  @Override
  public void close() {
    closed = true;
    pool.close();
    leaving.forEach(producer -> producer.connection().close());
    async.connection().close();
  }

  /** Closes everything, lent or not, without the closing handshake. */
  public void abort() {
    closed = true;
    leaving.forEach(producer -> producer.connection().abort());
    pool.abort(producer -> producer.connection().abort());
    async.connection().abort();
  }

  /** A producer comes back before its messages are confirmed, and they are still on their way. */
  private void dispose(Producer producer) {
    leaving.add(producer);
    if (closed) {
      end(producer);
    } else {
      producer.whenQuiet(() -> end(producer));
    }
  }

  private void end(Producer producer) {
    leaving.remove(producer);
    producer.connection().close();
  }

  private void publish(Function<Producer, OutgoingMessage> message, PublishOptions options) {
    Duration timeout = async.timeout(options);
    long start = timing.nanos();
    Producer producer;
    Publication publication;
    try (Lease<Producer> lease = pool.borrow(shorter(maxWait, timeout))) {
      producer = lease.get();
      Duration left = timeout.minusNanos(timing.nanos() - start);
      publication =
          producer.start(message.apply(producer), options, left, Publication.Listener.NONE);
    }
    producer.await(publication);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
