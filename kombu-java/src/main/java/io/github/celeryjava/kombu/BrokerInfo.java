package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.ConnectionSettings.Broker;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes the first of several brokers, for people. Stateless. */
final class BrokerInfo {

  private static final Set<String> TLS_SCHEMES = Set.of("amqps", "rediss");

  private static final Pattern SECRET =
      Pattern.compile("passw|secret|token|credential", Pattern.CASE_INSENSITIVE);
  private static final String MASK = "**";

  private BrokerInfo() {}

  static ConnectionInfo of(List<Broker> brokers) {
    Broker first = brokers.get(0);
    ConnectionUrl url = first.url();
    ConnectionOptions options = first.options();
    String host = url.host();
    Integer port = url.port();
    return new ConnectionInfo(
        url.scheme(),
        host == null || host.isEmpty() ? "localhost" : host,
        port == null ? first.provider().defaultPort(url.scheme()) : port,
        url.user(),
        url.virtualHost(),
        options.tls() != null || TLS_SCHEMES.contains(url.scheme()),
        options.connectTimeout(),
        options.heartbeat(),
        options.loginMethod(),
        masked(options.transportOptions()),
        brokers.stream().skip(1).map(broker -> broker.url().toString()).toList());
  }

  private static Map<String, @Nullable Object> masked(Map<String, @Nullable Object> options) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    options.forEach((key, value) -> shown.put(key, masked(key, value)));
    return shown;
  }

  private static @Nullable Object masked(String key, @Nullable Object value) {
    if (value != null && SECRET.matcher(key).find()) {
      return MASK;
    }
    if (value instanceof Map<?, ?> nested) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      nested.forEach((name, each) -> shown.put(name.toString(), masked(name.toString(), each)));
      return shown;
    }
    return value;
  }
}
