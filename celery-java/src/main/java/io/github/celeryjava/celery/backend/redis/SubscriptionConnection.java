package io.github.celeryjava.celery.backend.redis;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A connection on which one thread reads without a time limit while another one writes. Either ends
 * with an error once any thread has called {@link #end}.
 */
final class SubscriptionConnection extends Connection {

  // Mutable state
  private volatile boolean ended;

  SubscriptionConnection(JedisSocketFactory sockets, JedisClientConfig config) {
    super(sockets, config);
    setSoTimeout(0);
  }

  /** Sends a command whose answers another thread reads. */
  void send(CommandArguments command) {
    sendCommand(command);
    flush();
  }

  /** Waits for the next thing the server says: bytes, a number, a list of these, or null. */
  @Nullable Object read() {
    return getUnflushedObject();
  }

  /** Closes the socket, whoever uses it. */
  void end() {
    ended = true;
    try {
      forceDisconnect();
    } catch (IOException e) {
      throw new JedisConnectionException("the socket does not close", e);
    }
  }

  /** The driver would open a closed connection again, with neither user nor database. */
  @Override
  public void connect() {
    if (ended) {
      throw new JedisConnectionException("the connection has ended");
    }
    super.connect();
  }
}
