package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.transport.ConnectionOptions;
import java.net.PasswordAuthentication;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What sockets are like and who logs in on them.
 *
 * @param connectTimeout longest attempt to connect to one address
 * @param answerTimeout longest wait for an answer
 * @param keepAlive whether the system probes connections on which nothing moves
 * @param keepAliveOptions how it does so, by the names of Java's socket options
 * @param clientName what the server lists connections as; null for nothing
 * @param credentials who logs in, asked at each connection; null for whom the URL names
 * @param sentinel what to ask the sentinels of a URL; null for other URLs
 */
record RedisNetwork(
    Duration connectTimeout,
    Duration answerTimeout,
    boolean keepAlive,
    Map<String, Integer> keepAliveOptions,
    @Nullable String clientName,
    @Nullable Supplier<PasswordAuthentication> credentials,
    @Nullable SentinelOptions sentinel) {

  RedisNetwork {
    keepAliveOptions = Map.copyOf(keepAliveOptions);
  }

  /** What the options say that all transports know. */
  static RedisNetwork of(ConnectionOptions options) {
    return new RedisNetwork(
        options.connectTimeout(),
        options.callTimeout(),
        true,
        Map.of(),
        options.clientName(),
        null,
        null);
  }

  int connectMillis() {
    return millis(connectTimeout);
  }

  int answerMillis() {
    return millis(answerTimeout);
  }

  /** The driver counts in int, and takes zero for no limit. */
  static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(duration.toMillis(), Integer.MAX_VALUE));
  }
}
