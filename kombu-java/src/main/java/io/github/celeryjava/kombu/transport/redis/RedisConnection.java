package io.github.celeryjava.kombu.transport.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A connection on which commands are sent together and answered together. Belongs to one thread,
 * but that another one may write while one reads.
 */
final class RedisConnection extends Connection {

  /**
   * Connects, and logs in.
   *
   * @throws JedisException if that fails
   */
  RedisConnection(RedisSockets sockets, JedisClientConfig config) {
    super(sockets, config);
  }

  private static final int SOON_SENT = 64 * 1024;
  private static final int BYTES_A_MILLI = 100;

  // Mutable state
  private long unanswered; // bytes

  /** Adds a command to those that leave with the next {@link #answers} or {@link #sendNow}. */
  void send(CommandArguments command) {
    for (Rawable argument : command) {
      unanswered += argument.getRaw().length;
    }
    sendCommand(command);
  }

  /** Sends a command whose answer another thread reads. */
  void sendNow(CommandArguments command) {
    sendCommand(command);
    flush();
  }

  /**
   * Waits for answers: bytes, a number, a list of these, null, or a {@link JedisDataException}.
   * What is written may still be on its way for a while, so the more there is the longer the wait
   * for the first answer may be: a second for each 100 kB.
   *
   * @param count how many commands were sent since the last call
   */
  List<@Nullable Object> answers(int count) {
    if (unanswered <= SOON_SENT) {
      unanswered = 0;
      return new ArrayList<>(getMany(count));
    }
    int usual = getSoTimeout();
    setSoTimeout((int) Math.min(Integer.MAX_VALUE, usual + unanswered / BYTES_A_MILLI));
    unanswered = 0;
    List<@Nullable Object> answers = new ArrayList<>(getMany(count));
    setSoTimeout(usual);
    return answers;
  }

  /**
   * Sends one command and waits for its answer.
   *
   * @throws JedisDataException if the server says no
   */
  @Nullable Object call(CommandArguments command) {
    return executeCommand(command);
  }

  /** Waits for the next thing the server says. */
  @Nullable Object read() {
    return getUnflushedObject();
  }
}
