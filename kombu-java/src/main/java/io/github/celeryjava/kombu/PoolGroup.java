package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Pools found by the connection that they lend copies of: connections that lead to the same place
 * in the same way share a pool. Thread-safe.
 *
 * <p>Does what {@code kombu.pools.connections} and {@code producers} do there for the whole
 * process; here the program decides who shares a group, by handing it on. The same way means the
 * same URLs, user and password included, source of changing credentials, {@link ConnectionOptions},
 * policies for trying again and for fail-over, serializers and compressors; the connection that
 * asks first also brings its listeners and its clock.
 */
public final class PoolGroup implements AutoCloseable {

  /** One broker's place and the way there. */
  private record Place(ConnectionUrl url, ConnectionOptions options) {}

  private record Key(
      List<Place> places,
      FailoverStrategy failover,
      RetryPolicy retryPolicy,
      SerializerRegistry serializers,
      CompressorRegistry compressors,
      UnaryOperator<ConnectionUrl> login) {

    static Key of(Connection connection) {
      ConnectionSettings settings = connection.copiedSettings();
      return new Key(
          settings.brokers().stream()
              .map(broker -> new Place(broker.url(), broker.options()))
              .toList(),
          settings.failover(),
          settings.retryPolicy(),
          settings.serializers(),
          settings.compressors(),
          settings.login());
    }
  }

  private final Duration maxWait;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state, guarded by lock
  private final Map<Key, ConnectionPool> connections = new HashMap<>();
  private final Map<Key, ProducerPool> producers = new HashMap<>();
  private int limit;
  private boolean closed;

  private PoolGroup(int limit, Duration maxWait) {
    this.limit = limit;
    this.maxWait = maxWait;
  }

  /** Pools of up to ten, with a wait of up to 10 s. */
  public static PoolGroup create() {
    return of(ConnectionPool.DEFAULT_LIMIT, ConnectionPool.DEFAULT_WAIT);
  }

  /**
   * An empty group.
   *
   * @param limit limit of each of its pools; 0 makes everything for one borrower
   * @param maxWait the longest wait for something to be lent
   */
  public static PoolGroup of(int limit, Duration maxWait) {
    return new PoolGroup(limit, maxWait);
  }

  /**
   * The pool for connections like this one, made if there is none. It belongs to the group.
   *
   * @throws OperationalException if the group is closed
   */
  public ConnectionPool connections(Connection like) {
    Key key = Key.of(like);
    lock.lock();
    try {
      requireOpen();
      return connections.computeIfAbsent(key, absent -> ConnectionPool.of(like, limit, maxWait));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The pool for producers with default settings on connections like this one, made if there is
   * none. It belongs to the group.
   *
   * @throws OperationalException if the group is closed
   */
  public ProducerPool producers(Connection like) {
    Key key = Key.of(like);
    lock.lock();
    try {
      requireOpen();
      return producers.computeIfAbsent(
          key, absent -> ProducerPool.of(like, UnaryOperator.identity(), limit, maxWait));
    } finally {
      lock.unlock();
    }
  }

  /** The limit of each pool. */
  public int limit() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  /** Changes the limit of all its pools, and of those to come. */
  public void resize(int newLimit) {
    lock.lock();
    try {
      connections.values().forEach(pool -> pool.resize(newLimit));
      producers.values().forEach(pool -> pool.resize(newLimit));
      limit = newLimit;
    } finally {
      lock.unlock();
    }
  }

  /** Closes all its pools and forgets them; those who ask again get new ones. */
  public void reset() {
    List<ConnectionPool> ownConnections;
    List<ProducerPool> ownProducers;
    lock.lock();
    try {
      ownConnections = List.copyOf(connections.values());
      ownProducers = List.copyOf(producers.values());
      connections.clear();
      producers.clear();
    } finally {
      lock.unlock();
    }
    ownProducers.forEach(ProducerPool::close);
    ownConnections.forEach(ConnectionPool::close);
  }

  /** Closes all its pools; there will be no others. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    reset();
  }

  private void requireOpen() {
    if (closed) {
      throw OperationalException.refused("the group of pools is closed", 0, null);
    }
  }
}
