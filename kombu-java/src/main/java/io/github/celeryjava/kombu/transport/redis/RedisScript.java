package io.github.celeryjava.kombu.transport.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A script that runs inside of the server, without anything in between. Immutable. */
final class RedisScript {

  private final byte[] source;
  private final byte[] digest;

  RedisScript(String source) {
    this.source = source.getBytes(StandardCharsets.US_ASCII);
    this.digest = digest(this.source);
  }

  /**
   * Runs it, by its digest where the server knows it.
   *
   * @throws JedisDataException if the server says no
   */
  @Nullable Object run(RedisConnection connection, List<byte[]> keys, List<byte[]> arguments) {
    try {
      return connection.call(command(Command.EVALSHA, digest, keys, arguments));
    } catch (JedisNoScriptException e) {
      return connection.call(command(keys, arguments));
    }
  }

  /** The command that runs it whether or not the server knows it; for what is rare. */
  CommandArguments command(List<byte[]> keys, List<byte[]> arguments) {
    return command(Command.EVAL, source, keys, arguments);
  }

  private static CommandArguments command(
      Command command, byte[] script, List<byte[]> keys, List<byte[]> arguments) {
    CommandArguments whole = new CommandArguments(command).add(script).add(keys.size());
    keys.forEach(whole::add);
    arguments.forEach(whole::add);
    return whole;
  }

  /** The name that the server gives the script. */
  private static byte[] digest(byte[] source) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(source);
      return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
