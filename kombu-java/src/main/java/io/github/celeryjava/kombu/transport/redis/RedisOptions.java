package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.protocol.RedisKeys;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope.BodyEncoding;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.virtual.QueueOrder;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the options of a connection mean to this transport, under kombu's names.
 *
 * @param keys names of keys and channels
 * @param network sockets and login
 * @param ackEmulation whether the server keeps a record of what is unacknowledged
 * @param visibilityTimeout how long nobody may hear of the holder of a message before others put it
 *     back
 * @param sweepInterval how often messages of others are looked for
 * @param sweepLimit most messages put back at once; 0 for no limit
 * @param mutexLifetime how long the lock of who puts messages back lasts
 * @param order which queue is served next
 * @param longestWait how long the server is asked to wait for a message
 * @param healthInterval time without traffic after which the server is asked for a sign of life;
 *     zero for never
 * @param bodyEncoding how bodies are written
 * @param deadLetterQueue where a direct message goes that reaches no queue; null for nowhere
 */
record RedisOptions(
    RedisKeys keys,
    RedisNetwork network,
    boolean ackEmulation,
    Duration visibilityTimeout,
    Duration sweepInterval,
    int sweepLimit,
    Duration mutexLifetime,
    QueueOrder order,
    Duration longestWait,
    Duration healthInterval,
    BodyEncoding bodyEncoding,
    @Nullable String deadLetterQueue) {

  private static final Duration VISIBILITY_TIMEOUT = Duration.ofHours(1);
  private static final Duration MUTEX_LIFETIME = Duration.ofMinutes(5);
  private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(10);

  /**
   * Reads the options.
   *
   * @throws ConfigurationException if one makes no sense, or asks for what is not there
   */
  static RedisOptions of(ConnectionUrl url, ConnectionOptions options) {
    TransportOptions given = new TransportOptions(options.transportOptions());
    requireKnown(given);
    Duration visibility = given.positiveSeconds("visibility_timeout", VISIBILITY_TIMEOUT);
    Duration checks = given.seconds("health_check_interval");
    Duration health = checks == null ? options.heartbeat() : checks;
    return new RedisOptions(
        keys(given, RedisClients.database(url.virtualHost())),
        NetworkOptions.of(url, options, given, health),
        given.truth("ack_emulation", true),
        visibility,
        sweepInterval(given, visibility),
        given.count("unacked_restore_limit", 0, 0),
        given.positiveSeconds("unacked_mutex_expire", MUTEX_LIFETIME),
        order(given),
        longestWait(given, health),
        health,
        bodyEncoding(given),
        given.text("deadletter_queue"));
  }

  /** How often what is held is renewed: other processes may be less patient than this one. */
  Duration renewalInterval() {
    return shorter(visibilityTimeout.dividedBy(4), LONGEST_SWEEP_INTERVAL);
  }

  private static RedisKeys keys(TransportOptions given, int database) {
    return new RedisKeys(
        given.text("global_keyprefix", ""),
        separator(given),
        given.steps("priority_steps", RedisKeys.DEFAULT_STEPS),
        given.text("unacked_key", RedisKeys.DEFAULT_UNACKED),
        given.text("unacked_index_key", RedisKeys.DEFAULT_INDEX),
        given.text("unacked_mutex_key", RedisKeys.DEFAULT_MUTEX),
        fanoutPrefix(given).replace(RedisKeys.DATABASE, Integer.toString(database)),
        given.truth("fanout_patterns", true));
  }

  private static String separator(TransportOptions given) {
    String separator = given.text("sep", RedisKeys.DEFAULT_SEPARATOR);
    if (separator.isEmpty()) {
      throw new ConfigurationException("the transport option 'sep' must not be empty");
    }
    return separator;
  }

  private static String fanoutPrefix(TransportOptions given) {
    Object prefix = given.get("fanout_prefix");
    if (prefix instanceof String text) {
      if (!text.isEmpty() && !(text.startsWith("/") && text.endsWith("."))) {
        throw new ConfigurationException(
            "the transport option 'fanout_prefix' must begin with a slash and end with a dot");
      }
      return text;
    }
    return given.truth("fanout_prefix", true) ? RedisKeys.DEFAULT_FANOUT_PREFIX : "";
  }

  /** In kombu every so many ticks of so many seconds; here at least as often. */
  private static Duration sweepInterval(TransportOptions given, Duration visibility) {
    Duration interval = given.seconds("unacked_restore_interval");
    int throttle = given.count("unacked_restore_throttle", 1, 0);
    if (interval != null && !interval.isZero()) {
      return interval.multipliedBy(Math.max(1, throttle));
    }
    return shorter(visibility.dividedBy(2), LONGEST_SWEEP_INTERVAL);
  }

  private static QueueOrder order(TransportOptions given) {
    String name = given.text("queue_order_strategy", "round_robin");
    return switch (name) {
      case "round_robin" -> QueueOrder.ROUND_ROBIN;
      case "sorted" -> QueueOrder.SORTED;
      case "priority" -> QueueOrder.PRIORITY;
      default ->
          throw new ConfigurationException(
              "the transport option 'queue_order_strategy' must be round_robin, sorted or"
                  + " priority, was '"
                  + name
                  + "'");
    };
  }

  private static Duration longestWait(TransportOptions given, Duration health) {
    Duration wait = health.isZero() ? LONGEST_WAIT : shorter(health, LONGEST_WAIT);
    Duration interval = given.seconds("polling_interval");
    if (interval == null || interval.isZero()) {
      return wait;
    }
    return shorter(wait, interval.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : interval);
  }

  private static BodyEncoding bodyEncoding(TransportOptions given) {
    String name = given.text("body_encoding", "base64").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "base64" -> BodyEncoding.BASE64;
      case "utf-8", "" -> BodyEncoding.TEXT;
      default ->
          throw new ConfigurationException(
              "the transport option 'body_encoding' must be base64 or utf-8, was '" + name + "'");
    };
  }

  /** What has no counterpart here, or what there is no other value of. */
  private static void requireKnown(TransportOptions given) {
    if (given.truth("sentinel_fanout_compat", false)) {
      throw new ConfigurationException(
          "the transport option 'sentinel_fanout_compat' has no counterpart here: only kombu before"
              + " 5.4 has other names for channels behind sentinels");
    }
    // Whoever sends tries again anyway, and there are fewer connections; the values must make
    // sense.
    boolean unused =
        given.truth("retry_on_timeout", false) || given.count("max_connections", 1, 1) > 0;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
