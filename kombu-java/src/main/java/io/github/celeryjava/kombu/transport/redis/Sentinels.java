package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Asks the sentinels of a URL where their master is, one after the other. Immutable and
 * thread-safe.
 *
 * <p>Source: {@code Sentinel.discover_master} of redis-py.
 */
final class Sentinels {

  static final int DEFAULT_PORT = 26379;

  private final List<RedisAddress> addresses = new ArrayList<>();
  private final SentinelOptions options;
  private final RedisNetwork network;
  private final JedisClientConfig config;

  /**
   * @param url the first of them, with the others
   */
  Sentinels(ConnectionUrl url, SentinelOptions options, RedisNetwork network) {
    addresses.add(address(url));
    url.sentinels().forEach(other -> addresses.add(address(other)));
    this.options = options;
    this.network = network;
    this.config = config(options);
  }

  /**
   * The address of the master that the first sentinel names that knows one.
   *
   * @throws JedisConnectionException if none does
   */
  RedisAddress master() {
    List<String> answers = new ArrayList<>();
    for (RedisAddress sentinel : addresses) {
      try {
        Map<String, String> master = ask(sentinel);
        String doubt = doubt(master);
        if (doubt == null) {
          return new RedisAddress.Tcp(
              master.getOrDefault("ip", ""), Integer.parseInt(master.getOrDefault("port", "0")));
        }
        answers.add(name(sentinel) + ": " + doubt);
      } catch (JedisException | NumberFormatException e) {
        answers.add(name(sentinel) + ": " + RedisClients.reason(e));
      }
    }
    throw new JedisConnectionException(
        "no sentinel knows a master called '" + options.masterName() + "' " + answers);
  }

  private Map<String, String> ask(RedisAddress sentinel) {
    RedisSockets sockets =
        new RedisSockets(() -> sentinel, network, options.tls(), options.verifyHostname());
    try {
      RedisConnection connection = new RedisConnection(sockets, config);
      return fields(
          connection.call(
              new CommandArguments(Command.SENTINEL).add("MASTER").add(options.masterName())));
    } finally {
      sockets.end();
    }
  }

  private @Nullable String doubt(Map<String, String> master) {
    String flags = master.getOrDefault("flags", "");
    if (!flags.contains("master") || flags.contains("_down")) {
      return "its flags are '" + flags + "'";
    }
    int others = Integer.parseInt(master.getOrDefault("num-other-sentinels", "0"));
    return others < options.minOtherSentinels()
        ? "it knows " + others + " other sentinels of " + options.minOtherSentinels()
        : null;
  }

  private static Map<String, String> fields(@Nullable Object answer) {
    Map<String, String> fields = new HashMap<>();
    if (answer instanceof List<?> list) {
      for (int i = 0; i + 1 < list.size(); i += 2) {
        if (list.get(i) instanceof byte[] name && list.get(i + 1) instanceof byte[] value) {
          fields.put(SafeEncoder.encode(name), SafeEncoder.encode(value));
        }
      }
    }
    return fields;
  }

  private static JedisClientConfig config(SentinelOptions options) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
    if (options.password() != null) {
      config.password(options.password());
      if (options.user() != null) {
        config.user(options.user());
      }
    }
    return config.build();
  }

  private static RedisAddress address(ConnectionUrl url) {
    return new RedisAddress.Tcp(
        url.host() == null ? RedisClients.DEFAULT_HOST : url.host(),
        url.port() == null ? DEFAULT_PORT : url.port());
  }

  private static String name(RedisAddress sentinel) {
    return sentinel.host() + ":" + sentinel.port();
  }
}
