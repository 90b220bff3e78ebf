package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.net.PasswordAuthentication;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The transport options about sockets, login and sentinels. Stateless.
 *
 * <p>Source: {@code _connparams} and {@code _sentinel_managed_pool} in {@code
 * kombu/transport/redis.py}.
 */
final class NetworkOptions {

  private static final String KEEPALIVE_OPTIONS = "socket_keepalive_options";
  private static final String CREDENTIALS = "credential_provider";
  private static final String MASTER = "master_name";
  private static final String SENTINEL_LOGIN = "sentinel_kwargs";

  /** The numbers that Python knows these options by on Linux. */
  private static final Map<Integer, String> LINUX_NAMES =
      Map.of(4, "TCP_KEEPIDLE", 5, "TCP_KEEPINTERVAL", 6, "TCP_KEEPCOUNT");

  private static final Map<String, String> PYTHON_NAMES =
      Map.of("TCP_KEEPINTVL", "TCP_KEEPINTERVAL", "TCP_KEEPCNT", "TCP_KEEPCOUNT");

  private NetworkOptions() {}

  /**
   * Reads them.
   *
   * @param health time without traffic after which a sign of life is asked for; zero for never
   */
  static RedisNetwork of(
      ConnectionUrl url, ConnectionOptions options, TransportOptions given, Duration health) {
    return new RedisNetwork(
        given.positiveSeconds("socket_connect_timeout", options.connectTimeout()),
        given.positiveSeconds("socket_timeout", patience(options.callTimeout(), health)),
        given.truth("socket_keepalive", true),
        keepAliveOptions(given),
        given.text("client_name") == null ? options.clientName() : given.text("client_name"),
        credentials(given),
        url.scheme().equals(RedisClients.SENTINEL_SCHEME) ? sentinel(given) : null);
  }

  /** A silence of twice the interval is a loss, as it is on AMQP. */
  private static Duration patience(Duration callTimeout, Duration health) {
    Duration twice = health.multipliedBy(2);
    return health.isZero() || twice.compareTo(callTimeout) > 0 ? callTimeout : twice;
  }

  private static Map<String, Integer> keepAliveOptions(TransportOptions given) {
    Map<String, Integer> options = new HashMap<>();
    given
        .map(KEEPALIVE_OPTIONS)
        .forEach(
            (key, value) -> {
              String name =
                  key instanceof Number number
                      ? LINUX_NAMES.get(number.intValue())
                      : PYTHON_NAMES.getOrDefault(String.valueOf(key), String.valueOf(key));
              if (name == null || !(value instanceof Number number)) {
                throw given.wrong(
                    KEEPALIVE_OPTIONS,
                    "a map of TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT to numbers");
              }
              options.put(name, number.intValue());
            });
    return options;
  }

  private static @Nullable Supplier<PasswordAuthentication> credentials(TransportOptions given) {
    Object provider = given.get(CREDENTIALS);
    if (provider == null) {
      return null;
    }
    if (!(provider instanceof Supplier<?> supplier)) {
      throw given.wrong(
          CREDENTIALS,
          "a Supplier of java.net.PasswordAuthentication, since no class is loaded by its name");
    }
    return () -> {
      if (supplier.get() instanceof PasswordAuthentication login) {
        return login;
      }
      throw given.wrong(CREDENTIALS, "a Supplier of java.net.PasswordAuthentication");
    };
  }

  private static SentinelOptions sentinel(TransportOptions given) {
    String master = given.text(MASTER);
    if (master == null || master.isEmpty()) {
      throw new ConfigurationException(
          "a sentinel: URL needs the transport option '"
              + MASTER
              + "', the name that the sentinels know the master by");
    }
    Map<String, @Nullable Object> login = new LinkedHashMap<>();
    Map<String, String> tls = new LinkedHashMap<>();
    given
        .map(SENTINEL_LOGIN)
        .forEach(
            (key, value) -> {
              String name = String.valueOf(key);
              if (name.startsWith("ssl_")) {
                tls.put(name, String.valueOf(value));
              } else {
                login.put(name, value);
              }
            });
    requireKnown(given, login);
    TransportOptions read = new TransportOptions(login);
    ConnectionOptions secured = secured(login.get("ssl"), tls);
    return new SentinelOptions(
        master,
        given.count("min_other_sentinels", 0, 0),
        read.text("username"),
        read.text("password"),
        secured.tls(),
        secured.verifyHostname());
  }

  /** TLS from the same words that a URL takes. */
  private static ConnectionOptions secured(@Nullable Object ssl, Map<String, String> tls) {
    if (ssl instanceof SSLContext context) {
      return ConnectionOptions.builder().tls(context).build();
    }
    Map<String, String> query = new LinkedHashMap<>(tls);
    if (Boolean.TRUE.equals(ssl)) {
      query.put("ssl", "true");
    }
    return new ConnectionUrl("rediss", null, null, null, null, null, query)
        .applyTo(ConnectionOptions.defaults());
  }

  private static void requireKnown(TransportOptions given, Map<String, ?> login) {
    for (String key : login.keySet()) {
      if (!key.equals("username") && !key.equals("password") && !key.equals("ssl")) {
        throw given.wrong(
            SENTINEL_LOGIN, "a map of username, password, ssl and ssl_…; '" + key + "' is none");
      }
    }
  }
}
