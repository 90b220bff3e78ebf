package io.github.celeryjava.kombu.transport.amqp;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect and how, with kombu's defaults filled in. Printed without the password.
 *
 * @param tls keys and trust; null for a plain connection
 * @param settings how to connect and what to agree on
 */
record AmqpEndpoint(
    String host,
    int port,
    String user,
    String password,
    String virtualHost,
    @Nullable SSLContext tls,
    AmqpOptions settings) {

  static final String TLS_SCHEME = "amqps";
  static final int PLAIN_PORT = 5672;
  static final int TLS_PORT = 5671;

  private static final String DEFAULT_USER = "guest";

  /**
   * Completes what {@code url} leaves out.
   *
   * @throws ConfigurationException if an option is unknown or makes no sense
   */
  static AmqpEndpoint of(ConnectionUrl url, ConnectionOptions options) {
    SSLContext tls = options.tls();
    if (tls == null && url.scheme().equals(TLS_SCHEME)) {
      tls = defaultContext();
    }
    return new AmqpEndpoint(
        host(url.host()),
        url.port() != null ? url.port() : tls == null ? PLAIN_PORT : TLS_PORT,
        orElse(url.user(), DEFAULT_USER),
        orElse(url.password(), DEFAULT_USER),
        orElse(url.virtualHost(), "/"),
        tls,
        AmqpOptions.of(options));
  }

  ConnectionOptions options() {
    return settings.connection();
  }

  /** For people: no password. */
  String description() {
    String shownHost = host.indexOf(':') < 0 ? host : '[' + host + ']';
    boolean byCertificate = options().loginMethod().equals(AmqpLogin.EXTERNAL);
    return (tls == null ? "amqp" : TLS_SCHEME)
        + "://"
        + (byCertificate ? "" : user + ":**@")
        + shownHost
        + ':'
        + port
        + '/'
        + virtualHost;
  }

  @Override
  public String toString() {
    return description();
  }

  /** As in kombu: brokers often listen on IPv4 only, while the name may mean IPv6 first. */
  private static String host(@Nullable String host) {
    return host == null || host.isEmpty() || host.equals("localhost") ? "127.0.0.1" : host;
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new ConfigurationException("the JVM has no default TLS context", e);
    }
  }
}
