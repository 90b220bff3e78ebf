package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.net.PasswordAuthentication;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Opens connections to the Redis that a URL names. Immutable and thread-safe; the connections are
 * not, and belong to platform threads: an interrupt of a virtual thread would close their sockets.
 *
 * <p>There are four schemes: {@code redis}, {@code rediss} for TLS, {@code redis+socket} for a UNIX
 * socket, and {@code sentinel} for sentinels that know where the server is. {@code rediss} verifies
 * the chain and the host name unless told otherwise, other than in kombu, which verifies nothing
 * without options.
 *
 * <p>Opening takes at most {@link ConnectionOptions#connectTimeout} an address of the host, and
 * then {@link ConnectionOptions#callTimeout} for each answer; so does every read later, unless the
 * caller sets another limit. Writes have none.
 *
 * <p>Source: {@code _connparams} in {@code kombu/transport/redis.py} and {@code _params_from_url}
 * in {@code celery/backends/redis.py}.
 */
@Internal
public final class RedisClients {

  /** The port of {@code redis} and {@code rediss}. */
  public static final int DEFAULT_PORT = 6379;

  static final String DEFAULT_HOST = "localhost";
  static final String TLS_SCHEME = "rediss";
  static final String SOCKET_SCHEME = "redis+socket";
  static final String SENTINEL_SCHEME = "sentinel";
  static final List<String> SCHEMES = List.of("redis", TLS_SCHEME, SENTINEL_SCHEME, SOCKET_SCHEME);

  /** First words of errors of a server that is starting, busy, full, or changes its role. */
  private static final Set<String> PASSING =
      Set.of(
          "LOADING",
          "BUSY",
          "TRYAGAIN",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "READONLY",
          "UNBLOCKED",
          "OOM",
          "MISCONF",
          "NOREPLICAS");

  /** Those of them that a message meets while the server works for others. */
  private static final Set<String> FULL = Set.of("OOM", "MISCONF", "NOREPLICAS");

  private static final String TOO_MANY_CLIENTS = "max number of clients";

  private final ConnectionUrl url;
  private final JedisClientConfig config;
  private final RedisNetwork network;
  private final Supplier<RedisAddress> where;
  private final @Nullable SSLContext tls;
  private final boolean verifyHostname;

  private RedisClients(ConnectionUrl url, ConnectionOptions options, RedisNetwork network) {
    this.url = url;
    this.network = network;
    config = config(url, network);
    where = where(url, network);
    tls = tls(url, options);
    verifyHostname = options.verifyHostname();
  }

  /**
   * Nothing is opened yet.
   *
   * @param url host, port, user and password; the virtual host is the number of the database. Its
   *     query is not looked at: {@link ConnectionUrl#applyTo} comes before
   * @throws ConfigurationException if the scheme is another one, or the database is no number
   */
  public static RedisClients to(ConnectionUrl url, ConnectionOptions options) {
    return to(url, options, RedisNetwork.of(options));
  }

  static RedisClients to(ConnectionUrl url, ConnectionOptions options, RedisNetwork network) {
    if (!SCHEMES.contains(url.scheme())) {
      throw new ConfigurationException(
          "a URL for Redis begins with redis: or rediss:, not with " + url.scheme() + ":");
    }
    return new RedisClients(url, options, network);
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
    return open(Connection::new);
  }

  /**
   * Opens a connection of another kind.
   *
   * @param constructor its constructor, which hands on both arguments
   * @throws JedisException as {@link #open()}
   */
  public <C extends Connection> C open(
      BiFunction<JedisSocketFactory, JedisClientConfig, C> constructor) {
    return checked(constructor.apply(sockets(), config));
  }

  /** The socket of a connection that is to be opened. */
  RedisSockets sockets() {
    return new RedisSockets(where, network, tls, verifyHostname);
  }

  /**
   * Opens a connection over that socket.
   *
   * @throws JedisException as {@link #open()}
   */
  RedisConnection open(RedisSockets sockets) {
    return checked(new RedisConnection(sockets, config));
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
  static String reason(RuntimeException error) {
    Throwable told = error;
    if (error instanceof JedisConnectionException && error.getCause() != null) {
      told = error.getCause();
    }
    return told.getMessage() == null ? told.getClass().getSimpleName() : told.getMessage();
  }

  /** Whether the server takes nothing for now, for want of memory, disk or replicas. */
  static boolean isFull(JedisException error) {
    return FULL.contains(firstWord(error));
  }

  private static boolean isPassing(JedisException error) {
    if (error instanceof JedisAccessControlException) {
      return false;
    }
    return PASSING.contains(firstWord(error))
        || String.valueOf(error.getMessage()).contains(TOO_MANY_CLIENTS);
  }

  private static String firstWord(JedisException error) {
    String message = String.valueOf(error.getMessage());
    int space = message.indexOf(' ');
    return space < 0 ? message : message.substring(0, space);
  }

  /** Right after a failover sentinels may still name the old master. */
  private <C extends Connection> C checked(C connection) {
    if (network.sentinel() == null) {
      return connection;
    }
    Object role;
    try {
      role = connection.executeCommand(Command.ROLE);
    } catch (JedisAccessControlException e) {
      return connection; // this user may not ask, so the sentinels are trusted
    }
    if (role instanceof List<?> parts
        && parts.get(0) instanceof byte[] name
        && SafeEncoder.encode(name).equals("master")) {
      return connection;
    }
    connection.disconnect();
    throw new JedisConnectionException("what the sentinels call the master is a replica");
  }

  private static JedisClientConfig config(ConnectionUrl url, RedisNetwork network) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .database(database(url.virtualHost()));
    Supplier<PasswordAuthentication> credentials = network.credentials();
    if (credentials != null) {
      config.credentialsProvider(
          () -> {
            PasswordAuthentication login = credentials.get();
            return new DefaultRedisCredentials(login.getUserName(), login.getPassword());
          });
    } else if (url.password() != null) {
      config.password(url.password());
      if (url.user() != null) {
        config.user(url.user());
      }
    }
    if (network.clientName() != null) {
      config.clientName(network.clientName());
    }
    return config.build();
  }

  private static Supplier<RedisAddress> where(ConnectionUrl url, RedisNetwork network) {
    String host = url.host() == null ? DEFAULT_HOST : url.host();
    if (url.scheme().equals(SOCKET_SCHEME)) {
      return () -> new RedisAddress.Unix(host);
    }
    if (url.scheme().equals(SENTINEL_SCHEME)) {
      SentinelOptions asked = network.sentinel();
      if (asked == null) {
        throw new ConfigurationException(
            "a sentinel: URL needs the transport option master_name, the name of the master");
      }
      return new Sentinels(url, asked, network)::master;
    }
    int port = url.port() == null ? DEFAULT_PORT : url.port();
    return () -> new RedisAddress.Tcp(host, port);
  }

  private static @Nullable SSLContext tls(ConnectionUrl url, ConnectionOptions options) {
    if (options.tls() != null || !url.scheme().equals(TLS_SCHEME)) {
      return options.tls();
    }
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new ConfigurationException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  /** The number of the database that a URL names. */
  static int database(@Nullable String virtualHost) {
    String number = (virtualHost == null ? "" : virtualHost).replaceAll("^/+|/+$", "");
    if (!number.matches("[0-9]{0,9}")) {
      throw new ConfigurationException(
          "a URL for Redis ends with the number of a database, not with /" + number);
    }
    return number.isEmpty() ? 0 : Integer.parseInt(number);
  }
}
