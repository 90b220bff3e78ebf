package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a URL means where it says nothing. Immutable.
 *
 * @param host of URLs without one
 * @param port of URLs without one
 * @param virtualHost of URLs without one
 * @param user of URLs without one
 * @param password of URLs without one
 */
record UrlDefaults(
    @Nullable String host,
    @Nullable Integer port,
    @Nullable String virtualHost,
    @Nullable String user,
    @Nullable String password) {

  static final UrlDefaults NONE = new UrlDefaults(null, null, null, null, null);

  UrlDefaults withHost(String host) {
    return new UrlDefaults(host, port, virtualHost, user, password);
  }

  UrlDefaults withPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1 to 65535, was " + port);
    }
    return new UrlDefaults(host, port, virtualHost, user, password);
  }

  UrlDefaults withVirtualHost(String virtualHost) {
    return new UrlDefaults(host, port, virtualHost, user, password);
  }

  UrlDefaults withUser(String user) {
    return new UrlDefaults(host, port, virtualHost, user, password);
  }

  UrlDefaults withPassword(String password) {
    return new UrlDefaults(host, port, virtualHost, user, password);
  }

  ConnectionUrl applyTo(ConnectionUrl url) {
    if (equals(NONE)) {
      return url;
    }
    return new ConnectionUrl(
        url.scheme(),
        either(url.user(), user),
        either(url.password(), password),
        either(url.host(), host),
        url.port() == null ? port : url.port(),
        either(url.virtualHost(), virtualHost),
        url.query(),
        url.sentinels());
  }

  /** Puts into URLs what {@code credentials} say at the moment. */
  static UnaryOperator<ConnectionUrl> login(@Nullable Supplier<Credentials> credentials) {
    return credentials == null ? url -> url : url -> loggedIn(url, credentials);
  }

  private static ConnectionUrl loggedIn(ConnectionUrl url, Supplier<Credentials> credentials) {
    Credentials now;
    try {
      now = credentials.get();
    } catch (RuntimeException e) { // of a user, and perhaps of a server that he asks
      throw OperationalException.lost("could not get the credentials for " + url + ": " + e, e);
    }
    return new ConnectionUrl(
        url.scheme(),
        now.user(),
        now.password(),
        url.host(),
        url.port(),
        url.virtualHost(),
        url.query(),
        url.sentinels());
  }

  private static @Nullable String either(@Nullable String given, @Nullable String otherwise) {
    return given == null || given.isEmpty() ? otherwise : given;
  }
}
