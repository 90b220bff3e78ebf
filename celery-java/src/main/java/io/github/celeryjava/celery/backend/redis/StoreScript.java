package io.github.celeryjava.celery.backend.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Stores a state and tells those who listen, unless the task has succeeded already: what Celery
 * does with a read and a transaction, in one atomic round trip where there was nothing before or
 * something that cannot be a success. Otherwise the script gives back what there is, and is run
 * again for the case that it is still the same.
 *
 * <p>Source: {@code _store_result} in {@code celery/backends/base.py} and {@code _set} in {@code
 * celery/backends/redis.py}.
 */
final class StoreScript {

  /**
   * Key; value, seconds to live or 0, known state that may be overwritten. 123 is the brace with
   * which JSON begins: in any other format a success need not be spelled out.
   */
  private static final byte[] SOURCE =
      """
      local now = redis.call('GET', KEYS[1])
      if now and now ~= ARGV[3]
          and (string.byte(now) ~= 123 or string.find(now, 'SUCCESS', 1, true)) then
        return now
      end
      if ARGV[2] == '0' then
        redis.call('SET', KEYS[1], ARGV[1])
      else
        redis.call('SETEX', KEYS[1], ARGV[2], ARGV[1])
      end
      redis.call('PUBLISH', KEYS[1], ARGV[1])
      return false
      """
          .getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ONE_KEY = {'1'};
  private static final byte[] NOTHING = {};

  private final byte[] digest;
  private final Predicate<byte[]> isSuccess;

  /**
   * Talks to nobody yet.
   *
   * @param isSuccess whether a stored state is that of a task that has succeeded
   */
  StoreScript(Predicate<byte[]> isSuccess) {
    this.digest = digest();
    this.isSuccess = isSuccess;
  }

  /**
   * Runs on {@code connection}; may be run again after an error.
   *
   * @param lifetimeSeconds 0 means for ever
   */
  void store(Connection connection, byte[] key, byte[] value, long lifetimeSeconds) {
    byte[] lifetime = SafeEncoder.encode(Long.toString(lifetimeSeconds));
    byte[] known = NOTHING;
    while (true) {
      Object refused = run(connection, key, value, lifetime, known);
      if (!(refused instanceof byte[] now) || isSuccess.test(now)) {
        return;
      }
      known = now;
    }
  }

  private @Nullable Object run(Connection connection, byte[]... arguments) {
    try {
      return connection.executeCommand(command(Command.EVALSHA, digest, arguments));
    } catch (JedisNoScriptException e) {
      return connection.executeCommand(command(Command.EVAL, SOURCE, arguments));
    }
  }

  private static CommandArguments command(Command command, byte[] script, byte[]... arguments) {
    CommandArguments whole = new CommandArguments(command).add(script).add(ONE_KEY);
    for (byte[] argument : arguments) {
      whole.add(argument);
    }
    return whole;
  }

  /** The name that the server gives the script. */
  private static byte[] digest() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(SOURCE);
      return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
