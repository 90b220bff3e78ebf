package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * The commands that make and end bindings. Immutable and thread-safe.
 *
 * <p>From 5.7 on kombu sweeps away the bindings of an exchange whose queues have all expired. So
 * that it spares ours, those of lasting queues stand in a second set, and those of others have a
 * deadline that has to be moved on.
 *
 * <p>Source: {@code Channel._queue_bind}, {@code _delete} and {@code sweep_bindings} in {@code
 * kombu/transport/redis.py} (5.7).
 */
final class BindingCommands {

  private static final int LIFETIME_FACTOR = 2;
  private static final long SHORTEST_LIFETIME = 60 * 60 * 1000;
  private static final int MOST_SWEPT = 100;

  /** Keys: bindings, deadlines. Arguments: member, milliseconds from now, exchange. */
  private static final RedisScript BIND_FOR_A_TIME =
      new RedisScript(
          """
          redis.call('SADD', KEYS[1], ARGV[1])
          local clock = redis.call('TIME')
          local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
          return redis.call('ZADD', KEYS[2], 'GT', now + tonumber(ARGV[2]), ARGV[3])
          """);

  /**
   * Keys: deadlines. Arguments: what the key of bindings begins with, what that of lasting ones
   * begins with, most exchanges. Answer: how many exchanges were looked at.
   */
  private static final RedisScript SWEEP =
      new RedisScript(
          """
          local clock = redis.call('TIME')
          local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
          local overdue = redis.call('ZRANGE', KEYS[1], 0, now, 'BYSCORE',
            'LIMIT', 0, tonumber(ARGV[3]))
          for _, exchange in ipairs(overdue) do
            if redis.call('EXISTS', ARGV[2] .. exchange) == 0 then
              redis.call('DEL', ARGV[1] .. exchange)
            end
            redis.call('ZREM', KEYS[1], exchange)
          end
          return #overdue
          """);

  private final RedisKeys keys;
  private final RedisTopology topology;

  BindingCommands(RedisKeys keys, RedisTopology topology) {
    this.keys = keys;
    this.topology = topology;
  }

  /** Makes a binding, or keeps it from ending. */
  List<CommandArguments> bind(String exchange, Member member) {
    byte[] value = keys.member(member);
    long expires = topology.expiresMillis(member.queue());
    if (expires > 0) {
      long lifetime = Math.max(SHORTEST_LIFETIME, expires * LIFETIME_FACTOR);
      return List.of(
          BIND_FOR_A_TIME.command(
              List.of(keys.bindings(exchange), keys.bindingDeadlines()),
              List.of(value, bytes(Long.toString(lifetime)), bytes(exchange))));
    }
    return List.of(
        new CommandArguments(Command.SADD).add(keys.bindings(exchange)).add(value),
        new CommandArguments(Command.SADD).add(keys.permanentBindings(exchange)).add(value));
  }

  /** Ends bindings of one exchange, as the server has them. */
  List<CommandArguments> unbind(String exchange, List<byte[]> members) {
    CommandArguments all = new CommandArguments(Command.SREM).add(keys.bindings(exchange));
    CommandArguments lasting =
        new CommandArguments(Command.SREM).add(keys.permanentBindings(exchange));
    members.forEach(
        member -> {
          all.add(member);
          lasting.add(member);
        });
    return List.of(all, lasting);
  }

  /** Ends all bindings of an exchange. */
  CommandArguments unbindAll(String exchange) {
    return new CommandArguments(Command.DEL)
        .add(keys.bindings(exchange))
        .add(keys.permanentBindings(exchange));
  }

  /** Deletes the bindings of exchanges whose deadline has passed. */
  CommandArguments sweep() {
    List<byte[]> prefixes = keys.bindingPrefixes();
    return SWEEP.command(
        List.of(keys.bindingDeadlines()),
        List.of(prefixes.get(0), prefixes.get(1), bytes(Integer.toString(MOST_SWEPT))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
