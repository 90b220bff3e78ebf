package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes URLs apart. Never shows a part of one in a message: where it is malformed, any part may
 * belong to a password. Stateless and thread-safe.
 *
 * <p>Source: {@code kombu/utils/url.py} and {@code Connection.__init__} in {@code
 * kombu/connection.py}.
 */
final class UrlParser {

  private static final String DEFAULT = "amqp://";
  private static final String SENTINEL = "sentinel";
  private static final int MAX_PORT = 65_535;

  private static final Map<String, String> ALIASES =
      Map.of("pyamqp", "amqp", "librabbitmq", "amqp");

  private UrlParser() {}

  static ConnectionUrl parse(String url) {
    String text = url.strip();
    if (text.isEmpty()) {
      return parse(DEFAULT);
    }
    int scheme = text.indexOf("://");
    return scheme < 0
        ? parse(DEFAULT + bareHost(text))
        : parse(schemeOf(text, scheme), text.substring(scheme + 3));
  }

  static List<ConnectionUrl> parseAll(String urls) {
    List<ConnectionUrl> parsed = new ArrayList<>();
    for (String entry : urls.split(";", -1)) {
      String text = entry.strip();
      if (text.isEmpty()) {
        continue;
      }
      boolean inherits = !parsed.isEmpty() && !text.contains("://");
      ConnectionUrl url = inherits ? sibling(parsed.get(0), bareHost(text)) : parse(text);
      if (url.scheme().equals(SENTINEL) && addSentinel(parsed, url)) {
        continue;
      }
      parsed.add(url);
    }
    return parsed.isEmpty() ? List.of(parse(DEFAULT)) : List.copyOf(parsed);
  }

  private static ConnectionUrl parse(String scheme, String rest) {
    if (rest.indexOf('#') >= 0) {
      throw malformed("it holds a #, which must be written %23");
    }
    int question = rest.indexOf('?');
    String beforeQuery = question < 0 ? rest : rest.substring(0, question);
    Map<String, String> query = query(question < 0 ? "" : rest.substring(question + 1));
    int slash = beforeQuery.indexOf('/');
    String authority = slash < 0 ? beforeQuery : beforeQuery.substring(0, slash);
    String path = slash < 0 ? "" : beforeQuery.substring(slash + 1);
    int at = authority.lastIndexOf('@');
    String credentials = at < 0 ? "" : authority.substring(0, at);
    String hostAndPort = authority.substring(at + 1);
    if (scheme.equals(ConnectionUrl.SOCKET_SCHEME)) {
      return socket(credentials, hostAndPort, path, query);
    }
    int port = portAt(hostAndPort);
    return new ConnectionUrl(
        scheme,
        user(credentials),
        password(credentials),
        host(port < 0 ? hostAndPort : hostAndPort.substring(0, port)),
        port < 0 ? null : port(hostAndPort.substring(port + 1)),
        decoded(path),
        query);
  }

  private static ConnectionUrl socket(
      String credentials, String host, String path, Map<String, String> query) {
    if (!host.isEmpty() || path.isEmpty()) {
      throw malformed("a socket is written redis+socket:///path/to/socket, without a host");
    }
    Map<String, String> rest = new LinkedHashMap<>(query);
    String database = rest.remove(ConnectionUrl.SOCKET_DATABASE);
    return new ConnectionUrl(
        ConnectionUrl.SOCKET_SCHEME,
        user(credentials),
        password(credentials),
        '/' + PercentCode.decode(path),
        null,
        database,
        rest);
  }

  private static String schemeOf(String url, int length) {
    String scheme = url.substring(0, length).toLowerCase(Locale.ROOT);
    if (!scheme.matches("[a-z][a-z0-9+.-]*")) {
      throw malformed("what stands before :// is no scheme");
    }
    return ALIASES.getOrDefault(scheme, scheme);
  }

  private static String bareHost(String text) {
    if (text.matches(".*[:@/?#].*")) {
      throw malformed("without a scheme only a host name is allowed; write amqp:// before it");
    }
    return text;
  }

  private static ConnectionUrl sibling(ConnectionUrl first, String host) {
    return new ConnectionUrl(
        first.scheme(),
        first.user(),
        first.password(),
        host(host),
        first.port(),
        first.virtualHost(),
        first.query(),
        List.of());
  }

  /** The sentinels of one master are one broker, whichever of them answers. */
  private static boolean addSentinel(List<ConnectionUrl> parsed, ConnectionUrl url) {
    int last = parsed.size() - 1;
    if (last < 0 || !parsed.get(last).scheme().equals(SENTINEL)) {
      return false;
    }
    ConnectionUrl first = parsed.get(last);
    List<ConnectionUrl> others = new ArrayList<>(first.sentinels());
    others.add(url);
    parsed.set(
        last,
        new ConnectionUrl(
            first.scheme(),
            first.user(),
            first.password(),
            first.host(),
            first.port(),
            first.virtualHost(),
            first.query(),
            others));
    return true;
  }

  private static @Nullable String user(String credentials) {
    int colon = credentials.indexOf(':');
    return decoded(colon < 0 ? credentials : credentials.substring(0, colon));
  }

  private static @Nullable String password(String credentials) {
    int colon = credentials.indexOf(':');
    return colon < 0 ? null : decoded(credentials.substring(colon + 1));
  }

  private static @Nullable String host(String host) {
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    String bare = brackets ? host.substring(1, host.length() - 1) : host;
    if (bare.indexOf('[') >= 0 || bare.indexOf(']') >= 0 || (brackets && bare.isEmpty())) {
      throw malformed("its host has unbalanced brackets");
    }
    return decoded(bare.toLowerCase(Locale.ROOT));
  }

  /** Where the colon before the port is, or -1; those between brackets belong to the address. */
  private static int portAt(String hostAndPort) {
    int colon = hostAndPort.indexOf(':', Math.max(0, hostAndPort.indexOf(']')));
    if (colon >= 0 && hostAndPort.indexOf(':', colon + 1) >= 0) {
      throw malformed("an IPv6 address must stand in [brackets]");
    }
    return colon;
  }

  private static @Nullable Integer port(String port) {
    if (port.isEmpty()) {
      return null;
    }
    if (!port.matches("[0-9]{1,6}") || Integer.parseInt(port) > MAX_PORT) {
      throw malformed(
          "its port is no number up to 65535; in a user name or password / ? # @ : must be written"
              + " %2F %3F %23 %40 %3A");
    }
    int number = Integer.parseInt(port);
    return number == 0 ? null : number;
  }

  private static Map<String, String> query(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && equals < pair.length() - 1) {
        values.put(
            PercentCode.decodeForm(pair.substring(0, equals)),
            PercentCode.decodeForm(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  private static @Nullable String decoded(String text) {
    return text.isEmpty() ? null : PercentCode.decode(text);
  }

  private static ConfigurationException malformed(String why) {
    return new ConfigurationException("malformed URL: " + why);
  }
}
