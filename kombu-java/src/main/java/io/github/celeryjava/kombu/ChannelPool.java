package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lends channels of one connection. Thread-safe.
 *
 * <p>Channels are opened when first needed, and lent again the one given back last first. One that
 * failed, or whose connection was lost, is never lent again.
 *
 * <p>Named after {@code kombu.connection.ChannelPool}.
 */
public final class ChannelPool implements AutoCloseable {

  private final Duration maxWait;
  private final ResourcePool<Channel> pool;

  private ChannelPool(Connection connection, ChannelPurpose purpose, int limit, Duration maxWait) {
    this.maxWait = maxWait;
    pool =
        new ResourcePool<>(
            "channel",
            limit,
            connection.settings(),
            () -> connection.channel(purpose),
            Channel::isOpen,
            Channel::close);
  }

  /**
   * A pool of channels for declaring, consuming and settling.
   *
   * @param limit most channels at a time; 0 opens one for each borrower and closes it afterwards
   * @param maxWait the longest wait for one
   */
  public static ChannelPool of(Connection connection, int limit, Duration maxWait) {
    return new ChannelPool(connection, ChannelPurpose.CONSUMING, limit, maxWait);
  }

  /** The same for another purpose. */
  public static ChannelPool of(
      Connection connection, ChannelPurpose purpose, int limit, Duration maxWait) {
    return new ChannelPool(connection, purpose, limit, maxWait);
  }

  /**
   * Runs {@code action} with a channel of its own.
   *
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if one had to be opened and
   *     could not
   */
  public <R extends @Nullable Object> R call(Function<Channel, R> action) {
    try (Lease<Channel> lease = acquire()) {
      return action.apply(lease.get());
    }
  }

  /** Lends a channel, waiting for one as long as the pool allows. */
  public Lease<Channel> acquire() {
    return acquire(maxWait);
  }

  /**
   * Lends a channel.
   *
   * @param maxWait the longest wait; zero does not wait. An interrupt does not end the wait
   * @throws io.github.celeryjava.kombu.exceptions.LimitExceededException if none came free in time
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if the pool is closed, or
   *     one had to be opened and could not
   */
  public Lease<Channel> acquire(Duration maxWait) {
    return pool.borrow(maxWait);
  }

  /**
   * Opens channels beforehand, until there are {@code count} in all. Call it before others borrow.
   *
   * @param count 0 to the limit
   * @throws io.github.celeryjava.kombu.exceptions.OperationalException if one cannot be opened;
   *     those opened before stay
   */
  public void preload(int count) {
    pool.preload(count, opened -> {});
  }

  /** Most channels at a time; 0 if there is no limit. */
  public int limit() {
    return pool.limit();
  }

  /**
   * Changes how many channels there may be at a time. Those who wait for one are served at once if
   * there may be more; if there may be fewer, what is idle is closed now, and what is lent when it
   * is given back.
   *
   * @param limit 0 makes one for each borrower and closes it afterwards
   */
  public void resize(int limit) {
    pool.resize(limit);
  }

  /** Channels lent at the moment. */
  public int lent() {
    return pool.lent();
  }

  /** Channels waiting to be lent. */
  public int idle() {
    return pool.idle();
  }

  /** Closes what is idle now, and the rest when it is given back. The connection stays open. */
  @Override
  public void close() {
    pool.close();
  }
}
