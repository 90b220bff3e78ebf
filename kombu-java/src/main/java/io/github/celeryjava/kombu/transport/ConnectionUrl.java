package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is, in kombu's grammar: {@code
 * scheme://[user[:password]@][host][:port][/vhost][?key=value&…]}.
 *
 * <p>Scheme and host are lower case, the other parts percent-decoded once. Absent parts are null,
 * so that a transport can apply its defaults. Printed, the password is masked and the query left
 * out. Immutable and thread-safe.
 *
 * <p>Of {@code redis+socket:///path?virtual_host=2} the path becomes the host, which then starts
 * with a slash, and the database number the virtual host.
 *
 * <p>Named after {@code kombu.utils.url}.
 *
 * @param scheme what picks the transport, aliases already resolved
 * @param user user name
 * @param password password in the clear
 * @param host host name or address, without the brackets of IPv6
 * @param port port, 1 to 65535
 * @param virtualHost what follows the first slash, without it; may begin with another slash
 * @param query the query's keys and values, form-decoded, in order; those without a value left out
 * @param sentinels the other sentinels that watch the same master, if this is one; else empty
 */
public record ConnectionUrl(
    String scheme,
    @Nullable String user,
    @Nullable String password,
    @Nullable String host,
    @Nullable Integer port,
    @Nullable String virtualHost,
    Map<String, String> query,
    List<ConnectionUrl> sentinels) {

  /** The scheme of a UNIX socket, whose host is a path. */
  static final String SOCKET_SCHEME = "redis+socket";

  /** The query key that a socket's URL has its database in. */
  static final String SOCKET_DATABASE = "virtual_host";

  public ConnectionUrl {
    requireNonNull(scheme, "scheme");
    query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    sentinels = List.copyOf(sentinels);
  }

  /** A URL of one host. */
  public ConnectionUrl(
      String scheme,
      @Nullable String user,
      @Nullable String password,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String virtualHost,
      Map<String, String> query) {
    this(scheme, user, password, host, port, virtualHost, query, List.of());
  }

  /**
   * Reads one URL; a host name alone means AMQP to that host, an empty text the local broker.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if it is malformed; the
   *     message shows nothing of it, since it may hold a password
   */
  public static ConnectionUrl parse(String url) {
    return UrlParser.parse(url);
  }

  /**
   * Reads a list of URLs with semicolons between them, in order of preference. Each URL stands
   * alone, other than in kombu, where it inherits virtual host and port from the one before; only a
   * bare host name takes everything else from the first. Entries of the scheme {@code sentinel} are
   * one broker: they become one URL, with user, password and database of the first.
   *
   * @return at least one
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException as {@link #parse}
   */
  public static List<ConnectionUrl> parseAll(String urls) {
    return UrlParser.parseAll(urls);
  }

  /**
   * What the query asks for, on top of {@code options}: {@code heartbeat} and {@code
   * connect_timeout} in seconds, {@code login_method}, {@code ssl}, and {@code ca_certs}, {@code
   * certfile}, {@code keyfile}, {@code cert_reqs}, {@code check_hostname}, {@code server_hostname}
   * with or without the prefix {@code ssl_}. Reads the certificate files it names, and reads them
   * again for each connection that is opened after they have changed.
   *
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if a key is unknown,
   *     repeats a part of the URL, or has a value that makes no sense
   */
  public ConnectionOptions applyTo(ConnectionOptions options) {
    return UrlQuery.apply(query, options);
  }

  /** The URL with the password masked, every part encoded, the query left out. */
  public String asUri() {
    return UrlPrinter.masked(this);
  }

  /** The URL with its password, to hand to a driver. Never to be logged or shown. */
  public String asUriWithPassword() {
    return UrlPrinter.withPassword(this);
  }

  /** {@link #asUri()}. */
  @Override
  public String toString() {
    return asUri();
  }
}
