package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.transport.redis.RedisClients;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection that subscribes, from opening to loss, with the thread that reads from it. One
 * thread writes; {@link #end} is for any.
 */
final class SubscriptionLine {

  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);
  private static final int PARTS_OF_A_MESSAGE = 3;

  /** What the server says; called on the thread that reads. Must not throw. */
  interface Listener {

    /** Something was published. */
    void message(String channel, byte[] value);

    /** Everything that was written is answered. */
    void answered();

    /** The last call: nothing follows. */
    void lost(JedisException cause);
  }

  private final SubscriptionConnection connection;
  private final LongSupplier nanos;
  private final AtomicInteger unanswered = new AtomicInteger();

  // Mutable state
  private volatile long sentAt; // writing thread only
  private volatile long heardAt; // reading thread only

  private SubscriptionLine(SubscriptionConnection connection, LongSupplier nanos) {
    this.connection = connection;
    this.nanos = nanos;
    sentAt = nanos.getAsLong();
    heardAt = sentAt;
  }

  /**
   * Connects, and waits for that.
   *
   * @throws JedisException if that fails
   */
  static SubscriptionLine open(RedisClients clients, LongSupplier nanos) {
    return new SubscriptionLine(clients.open(SubscriptionConnection::new), nanos);
  }

  /** Starts to read. */
  void start(Listener listener) {
    Threads.platform("celery-redis-results", () -> read(listener)).start();
  }

  /** Whether the server has answered everything that was written. */
  boolean isAnswered() {
    return unanswered.get() == 0;
  }

  /** When something was written last. */
  long sentAt() {
    return sentAt;
  }

  /** When the server said something last. */
  long heardAt() {
    return heardAt;
  }

  /**
   * Begins to listen.
   *
   * @throws JedisException if the connection is lost
   */
  void subscribe(List<String> channels) {
    send(Command.SUBSCRIBE, channels);
  }

  /** Ends listening; throws as {@link #subscribe}. */
  void unsubscribe(List<String> channels) {
    send(Command.UNSUBSCRIBE, channels);
  }

  /** Asks for a sign of life; throws as {@link #subscribe}. */
  void ping() {
    send(Command.PING, List.of());
  }

  /** Closes it; the thread that reads ends. */
  void end() {
    connection.end();
  }

  /** There is one answer for each channel. */
  private void send(Command command, List<String> channels) {
    CommandArguments arguments = new CommandArguments(command);
    channels.forEach(channel -> arguments.add(channel.getBytes(StandardCharsets.UTF_8)));
    unanswered.set(Math.max(1, channels.size()));
    sentAt = nanos.getAsLong();
    connection.send(arguments);
  }

  private void read(Listener listener) {
    try {
      while (true) {
        Object said = connection.read();
        heardAt = nanos.getAsLong();
        if (said instanceof List<?> parts
            && parts.size() == PARTS_OF_A_MESSAGE
            && parts.get(0) instanceof byte[] kind
            && Arrays.equals(kind, MESSAGE)
            && parts.get(1) instanceof byte[] channel
            && parts.get(2) instanceof byte[] value) {
          listener.message(new String(channel, StandardCharsets.UTF_8), value);
        } else if (unanswered.decrementAndGet() == 0) {
          listener.answered();
        }
      }
    } catch (JedisException e) {
      connection.end();
      listener.lost(e);
    }
  }
}
