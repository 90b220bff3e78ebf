package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.transport.Channel;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections to one broker, or to one of several. Thread-safe; what it lends belongs to its
 * borrower alone.
 *
 * <p>Connections are made when first needed, opened by their first use, and lent again the one
 * given back last first. One that was lost or closed is never lent again.
 *
 * <p>Named after {@code kombu.connection.ConnectionPool}.
 */
public final class ConnectionPool implements AutoCloseable {

  /** kombu's default. */
  public static final int DEFAULT_LIMIT = 10;

  static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);

  private final Duration maxWait;
  private final ResourcePool<Connection> pool;

  private ConnectionPool(Connection template, int limit, Duration maxWait) {
    this.maxWait = maxWait;
    pool =
        new ResourcePool<>(
            "connection",
            limit,
            template.settings(),
            template::copy,
            Connection::isUsable,
            Connection::close);
  }

  /** Up to ten connections, with a wait of up to 10 s for one. */
  public static ConnectionPool of(Connection template) {
    return of(template, DEFAULT_LIMIT, DEFAULT_WAIT);
  }

  /**
   * A pool of copies of a connection, which itself stays out of it.
   *
   * @param limit most connections at a time; 0 makes one for each borrower and closes it afterwards
   * @param maxWait the longest wait for one
   */
  public static ConnectionPool of(Connection template, int limit, Duration maxWait) {
    return new ConnectionPool(template, limit, maxWait);
  }

  /**
   * Runs {@code action} with a connection of its own.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   */
  public <R extends @Nullable Object> R call(Function<Connection, R> action) {
    try (Lease<Connection> lease = acquire()) {
      return action.apply(lease.get());
    }
  }

  /**
   * Runs an operation on some connection until it works, as {@link Connection#ensure} does. Named
   * after {@code kombu.common.insured}.
   *
   * @param timeout for the operation, beside the wait for a connection
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException as {@code ensure}
   */
  public <R extends @Nullable Object> R ensure(
      RetryPolicy policy, Duration timeout, Function<Channel, R> operation) {
    return call(connection -> connection.ensure(policy, timeout, operation));
  }

  /** Lends a connection, waiting for one as long as the pool allows. */
  public Lease<Connection> acquire() {
    return acquire(maxWait);
  }

  /**
   * Lends a connection.
   *
   * @param maxWait the longest wait; zero does not wait. An interrupt does not end the wait
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if the pool is closed
   */
  public Lease<Connection> acquire(Duration maxWait) {
    return pool.borrow(maxWait);
  }

  /**
   * Makes and opens connections beforehand, until there are {@code count} in all, so that the first
   * borrowers do not wait for a broker. Call it before others borrow.
   *
   * @param count 0 to the limit
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if one cannot be opened;
   *     those opened before stay
   */
  public void preload(int count) {
    pool.preload(count, Connection::connect);
  }

  /** Most connections at a time; 0 if there is no limit. */
  public int limit() {
    return pool.limit();
  }

  /**
   * Changes how many connections there may be at a time. Those who wait for one are served at once
   * if there may be more; if there may be fewer, what is idle is closed now, and what is lent when
   * it is given back.
   *
   * @param limit 0 makes one for each borrower and closes it afterwards
   */
  public void resize(int limit) {
    pool.resize(limit);
  }

  /** Connections lent at the moment. */
  public int lent() {
    return pool.lent();
  }

  /** Connections waiting to be lent. */
  public int idle() {
    return pool.idle();
  }

  /** Closes what is idle now, and the rest when it is given back. Lends nothing more. */
  @Override
  public void close() {
    pool.close();
  }

  /** Closes everything, lent or not, without the closing handshake. */
  public void abort() {
    pool.abort(Connection::abort);
  }
}
