package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.kombu.transport.redis.RedisClients;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Connections for commands, each used by one thread at a time, no more than a number together.
 * Thread-safe.
 *
 * <p>Not the driver's pool, which answers an interrupted borrower with an error and cannot say
 * whether a connection is at hand without opening one.
 */
final class RedisConnections {

  private record Idle(Connection connection, long sinceNanos) {}

  private final RedisClients clients;
  private final long idleLimit;
  private final LongSupplier nanos;
  private final Semaphore permits;
  private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();

  // Mutable state
  private volatile boolean closed;

  RedisConnections(RedisClients clients, int most, Duration idleLimit, LongSupplier nanos) {
    this.clients = clients;
    this.idleLimit = idleLimit.toNanos();
    this.nanos = nanos;
    this.permits = new Semaphore(most);
  }

  /** A connection that is open and idle, or null; never waits. */
  @Nullable Connection takeIdle() {
    if (!permits.tryAcquire()) {
      return null;
    }
    Connection known = pollTrusted();
    if (known == null) {
      permits.release();
    }
    return known;
  }

  /**
   * An idle connection or a new one. Waits for one to be given back, and for a new one to open; for
   * threads that nobody interrupts.
   *
   * @throws JedisConnectionException if none comes free within {@code waitNanos}, or a new one
   *     cannot be opened
   */
  Connection take(long waitNanos) {
    acquire(waitNanos);
    Connection taken = null;
    try {
      Connection known = pollTrusted();
      taken = known == null ? clients.open() : known;
      return taken;
    } finally {
      if (taken == null) {
        permits.release();
      }
    }
  }

  /** Takes back a connection on which every command has had its answer. */
  void giveBack(Connection connection) {
    if (closed) {
      end(connection);
    } else {
      idle.addFirst(new Idle(connection, nanos.getAsLong()));
      if (closed) {
        endIdle();
      }
    }
    permits.release();
  }

  /** Takes back a connection of which nobody knows what it would say next. */
  void discard(Connection connection) {
    end(connection);
    permits.release();
  }

  /** Closes those that are idle: when one connection was lost, the others mostly were too. */
  void endIdle() {
    Idle next = idle.poll();
    while (next != null) {
      end(next.connection);
      next = idle.poll();
    }
  }

  /** Closes each as soon as it is idle. */
  void close() {
    closed = true;
    endIdle();
  }

  /** Closes the socket, whoever uses the connection. */
  static void end(Connection connection) {
    try {
      connection.forceDisconnect();
    } catch (IOException | JedisConnectionException e) {
      // It is gone, which is all that was wanted.
    }
  }

  private void acquire(long waitNanos) {
    try {
      if (!permits.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
        throw new JedisConnectionException("all connections are in use, none has come free");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JedisConnectionException("interrupted while waiting for a connection", e);
    }
  }

  private @Nullable Connection pollTrusted() {
    Idle known = idle.poll();
    if (known == null) {
      return null;
    }
    if (nanos.getAsLong() - known.sinceNanos < idleLimit) {
      return known.connection;
    }
    end(known.connection);
    endIdle(); // it was the one used last
    return null;
  }
}
