package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Opens connections to the Redis that a URL names, for {@code redis:} and {@code rediss:}.
 * Immutable and thread-safe; the connections are not, and belong to platform threads: an interrupt
 * of a virtual thread would close their sockets.
 *
 * <p>Opening takes at most {@link ConnectionOptions#connectTimeout} an address of the host, and
 * then {@link ConnectionOptions#callTimeout} for each answer; so does every read later, unless the
 * caller sets another limit. Writes have none. {@code rediss} verifies the chain and the host name
 * unless told otherwise, other than in kombu, which verifies nothing without options.
 *
 * <p>Source: {@code _connparams} in {@code kombu/transport/redis.py} and {@code _params_from_url}
 * in {@code celery/backends/redis.py}.
 */
@Internal
public final class RedisClients {

  /** The port of both schemes. */
  public static final int DEFAULT_PORT = 6379;

  private static final String DEFAULT_HOST = "localhost";
  private static final String TLS_SCHEME = "rediss";
  private static final Set<String> SCHEMES = Set.of("redis", TLS_SCHEME);

  /** First words of errors of a server that is starting, busy, or about to change its role. */
  private static final Set<String> PASSING =
      Set.of("LOADING", "BUSY", "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN", "READONLY", "UNBLOCKED");

  private static final String TOO_MANY_CLIENTS = "max number of clients";

  private final ConnectionUrl url;
  private final JedisSocketFactory sockets;
  private final JedisClientConfig config;

  private RedisClients(ConnectionUrl url, HostAndPort address, JedisClientConfig config) {
    this.url = url;
    this.config = config;
    this.sockets = new DefaultJedisSocketFactory(address, config);
  }

  /**
   * Nothing is opened yet.
   *
   * @param url host, port, user and password; the virtual host is the number of the database. Its
   *     query is not looked at: {@link ConnectionUrl#applyTo} comes before
   * @throws ConfigurationException if the scheme is another one, or the database is no number
   */
  public static RedisClients to(ConnectionUrl url, ConnectionOptions options) {
    if (!SCHEMES.contains(url.scheme())) {
      throw new ConfigurationException(
          "a URL for Redis begins with redis: or rediss:, not with " + url.scheme() + ":");
    }
    HostAndPort address =
        new HostAndPort(
            url.host() == null ? DEFAULT_HOST : url.host(),
            url.port() == null ? DEFAULT_PORT : url.port());
    return new RedisClients(url, address, config(url, options));
  }

  /** Where connections lead, without a password. */
  public String description() {
    return url.asUri();
  }

  /**
   * Opens a connection for commands.
   *
   * @throws JedisException if it cannot be opened; {@link #failure} says what that means
   */
  public Connection open() {
    return new Connection(sockets, config);
  }

  /**
   * Opens a connection of another kind.
   *
   * @param constructor its constructor, which hands on both arguments
   * @throws JedisException as {@link #open()}
   */
  public <C extends Connection> C open(
      BiFunction<JedisSocketFactory, JedisClientConfig, C> constructor) {
    return constructor.apply(sockets, config);
  }

  /**
   * What an error of the driver means: lost if the server did not answer or cannot for now, refused
   * if it would say the same again.
   */
  public OperationalException failure(JedisException error) {
    String message = description() + ": " + reason(error);
    return error instanceof JedisConnectionException || isPassing(error)
        ? OperationalException.lost(message, error)
        : OperationalException.refused(message, 0, error);
  }

  /** The driver's own words on connecting say less than their cause. */
  private static String reason(JedisException error) {
    Throwable told = error;
    if (error instanceof JedisConnectionException) {
      if (error.getSuppressed().length > 0) {
        told = error.getSuppressed()[0];
      } else if (error.getCause() != null) {
        told = error.getCause();
      }
    }
    return told.getMessage() == null ? told.getClass().getSimpleName() : told.getMessage();
  }

  private static boolean isPassing(JedisException error) {
    String message = error.getMessage();
    if (message == null || error instanceof JedisAccessControlException) {
      return false;
    }
    int word = message.indexOf(' ');
    return PASSING.contains(word < 0 ? message : message.substring(0, word))
        || message.contains(TOO_MANY_CLIENTS);
  }

  private static JedisClientConfig config(ConnectionUrl url, ConnectionOptions options) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(millis(options.connectTimeout()))
            .socketTimeoutMillis(millis(options.callTimeout()))
            .database(database(url.virtualHost()));
    if (url.password() != null) {
      config.password(url.password());
      if (url.user() != null) {
        config.user(url.user());
      }
    }
    if (options.clientName() != null) {
      config.clientName(options.clientName());
    }
    if (options.tls() != null || url.scheme().equals(TLS_SCHEME)) {
      applyTls(options, config);
    }
    return config.build();
  }

  @SuppressWarnings("deprecation") // what replaces these takes files of keys, and no SSLContext
  private static void applyTls(ConnectionOptions options, DefaultJedisClientConfig.Builder config) {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm(options.verifyHostname() ? "HTTPS" : "");
    config.ssl(true).sslParameters(parameters);
    SSLContext tls = options.tls();
    if (tls != null) {
      config.sslSocketFactory(tls.getSocketFactory());
    }
  }

  private static int database(@Nullable String virtualHost) {
    String number = (virtualHost == null ? "" : virtualHost).replaceAll("^/+|/+$", "");
    if (!number.matches("[0-9]{0,9}")) {
      throw new ConfigurationException(
          "a URL for Redis ends with the number of a database, not with /" + number);
    }
    return number.isEmpty() ? 0 : Integer.parseInt(number);
  }

  /** The driver counts in int, and takes zero for no limit. */
  private static int millis(Duration duration) {
    return (int) Math.max(1, Math.min(duration.toMillis(), Integer.MAX_VALUE));
  }
}
