package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.protocol.ResultKeys;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.redis.RedisClients;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say about results in Redis.
 *
 * @param clients opens connections
 * @param keys where results are
 * @param lifetime how long results are kept; zero means for ever
 * @param failureLifetime the same for those of failed tasks
 * @param maxConnections most connections for commands
 * @param idleLimit time without use after which a connection is not used again
 * @param silenceLimit time without a sign of life after which the connection for subscriptions is
 *     tried, and again that time after which it is given up
 * @param answerLimit the longest wait for an answer to one command
 * @param retries how to go on after errors that may pass
 * @param storeLimit the longest that storing may take in all; null means as long as {@code retries}
 *     allow
 * @param retryOnTimeout whether a missing answer is an error that may pass
 */
record RedisBackendOptions(
    RedisClients clients,
    ResultKeys keys,
    Duration lifetime,
    Duration failureLifetime,
    int maxConnections,
    Duration idleLimit,
    Duration silenceLimit,
    Duration answerLimit,
    RetryPolicy retries,
    @Nullable Duration storeLimit,
    boolean retryOnTimeout) {

  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);
  private static final Duration LONGEST_IDLE = Duration.ofMinutes(1);
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);
  private static final Duration STORE_LIMIT = Duration.ofSeconds(20);
  private static final int DEFAULT_CONNECTIONS = 32;

  private static final String KEY_PREFIX = "global_keyprefix";
  private static final String RETRY_POLICY = "retry_policy";

  static RedisBackendOptions of(String url, CeleryConfig config) {
    Map<String, @Nullable Object> options = config.get(Settings.RESULT_BACKEND_TRANSPORT_OPTIONS);
    Duration lifetime = orZero(config.get(Settings.RESULT_EXPIRES));
    Duration failureLifetime = config.get(Settings.RESULT_FAILURE_EXPIRES);
    Integer connections = config.get(Settings.REDIS_MAX_CONNECTIONS);
    Duration checks = config.get(Settings.REDIS_BACKEND_HEALTH_CHECK_INTERVAL);
    boolean always = config.get(Settings.RESULT_BACKEND_ALWAYS_RETRY);
    return new RedisBackendOptions(
        clients(url, config),
        ResultKeys.of(options.get(KEY_PREFIX) instanceof String prefix ? prefix : null),
        lifetime,
        failureLifetime == null ? lifetime : failureLifetime,
        connections == null || connections == 0 ? DEFAULT_CONNECTIONS : connections,
        checks == null || checks.isZero() ? LONGEST_IDLE : checks,
        checks == null || checks.isZero() ? LONGEST_SILENCE : checks,
        answerLimit(config),
        always ? alwaysRetrying(config) : celerysOwn(options.get(RETRY_POLICY)),
        always ? null : STORE_LIMIT,
        config.get(Settings.REDIS_RETRY_ON_TIMEOUT));
  }

  /** Seconds to live of a result, 0 for ever; Redis counts whole ones. */
  long secondsToLive(boolean failed) {
    Duration duration = failed ? failureLifetime : lifetime;
    return duration.isZero() ? 0 : Math.max(1, duration.toSeconds());
  }

  private static RedisClients clients(String text, CeleryConfig config) {
    ConnectionUrl url = withSettings(ConnectionUrl.parse(complete(text)), config);
    Duration answer = answerLimit(config);
    Duration connect = config.get(Settings.REDIS_SOCKET_CONNECT_TIMEOUT);
    ConnectionOptions.Builder options =
        ConnectionOptions.builder()
            .callTimeout(answer)
            .connectTimeout(connect == null || connect.isZero() ? shorter(answer) : connect)
            .clientName(config.get(Settings.REDIS_CLIENT_NAME));
    Object tls = config.get(Settings.REDIS_BACKEND_USE_SSL);
    if (tls instanceof Map<?, ?> files) {
      url = withQuery(url, files);
    } else if (tls instanceof SSLContext context) {
      options.tls(context);
    } else if (Boolean.TRUE.equals(tls)) {
      options.tls(defaultContext());
    }
    return RedisClients.to(url, url.applyTo(options.build()));
  }

  private static Duration answerLimit(CeleryConfig config) {
    Duration answer = config.get(Settings.REDIS_SOCKET_TIMEOUT);
    return answer == null || answer.isZero() ? LONGEST_ANSWER : answer;
  }

  /** A scheme may stand alone. */
  private static String complete(String url) {
    return url.contains("://") ? url : url.replaceFirst(":.*$", "") + "://";
  }

  private static ConnectionUrl withSettings(ConnectionUrl url, CeleryConfig config) {
    Integer database = config.get(Settings.REDIS_DB);
    String path = url.virtualHost();
    boolean noDatabase = path == null || path.isEmpty() || path.equals("/");
    return new ConnectionUrl(
        url.scheme(),
        url.user() == null ? config.get(Settings.REDIS_USERNAME) : url.user(),
        url.password() == null ? config.get(Settings.REDIS_PASSWORD) : url.password(),
        url.host() == null ? config.get(Settings.REDIS_HOST) : url.host(),
        url.port() == null ? config.get(Settings.REDIS_PORT) : url.port(),
        noDatabase && database != null ? database.toString() : path,
        url.query());
  }

  /** The words of the setting are those of a URL's query. */
  private static ConnectionUrl withQuery(ConnectionUrl url, Map<?, ?> files) {
    Map<String, String> query = new LinkedHashMap<>();
    files.forEach((key, value) -> query.put(String.valueOf(key), String.valueOf(value)));
    query.putAll(url.query());
    return new ConnectionUrl(
        url.scheme(), url.user(), url.password(), url.host(), url.port(), url.virtualHost(), query);
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new ConfigurationException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  private static RetryPolicy alwaysRetrying(CeleryConfig config) {
    return new RetryPolicy(
        config.get(Settings.RESULT_BACKEND_MAX_RETRIES),
        config.get(Settings.RESULT_BACKEND_BASE_SLEEP_BETWEEN_RETRIES_MS),
        Duration.ZERO,
        config.get(Settings.RESULT_BACKEND_MAX_SLEEP_BETWEEN_RETRIES_MS),
        2,
        0);
  }

  /** The policy that the backend's {@code set} follows in Celery. */
  private static RetryPolicy celerysOwn(@Nullable Object chosen) {
    Map<?, ?> policy = chosen instanceof Map<?, ?> map ? map : Map.of();
    return RetryPolicy.of(
        number(policy, "max_retries", 20).intValue(),
        seconds(number(policy, "interval_start", 0)),
        seconds(number(policy, "interval_step", 1)),
        seconds(number(policy, "interval_max", 1)));
  }

  private static Number number(Map<?, ?> policy, String key, int otherwise) {
    Object value = policy.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number && number.doubleValue() >= 0) {
      return number;
    }
    throw new ConfigurationException(
        key + " in " + RETRY_POLICY + " must be a number from 0, was " + value);
  }

  private static Duration seconds(Number seconds) {
    return Duration.ofNanos((long) (seconds.doubleValue() * 1e9));
  }

  private static Duration shorter(Duration answer) {
    return answer.compareTo(LONGEST_CONNECT) < 0 ? answer : LONGEST_CONNECT;
  }

  private static Duration orZero(@Nullable Duration duration) {
    return duration == null ? Duration.ZERO : duration;
  }
}
