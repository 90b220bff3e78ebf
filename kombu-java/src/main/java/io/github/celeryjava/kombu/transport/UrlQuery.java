package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.NearestName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the query of a URL means. Stateless and thread-safe.
 *
 * <p>Source: {@code parse_url} in {@code kombu/utils/url.py} and {@code _init_params} in {@code
 * kombu/connection.py}.
 */
final class UrlQuery {

  private static final List<String> PLAIN_KEYS =
      List.of("heartbeat", "connect_timeout", "login_method", "ssl", "insist");

  private static final Set<String> PARTS =
      Set.of("hostname", "port", "userid", "password", "virtual_host", "transport");

  private static final Set<String> TRUE = Set.of("1", "true", "yes", "on");
  private static final Set<String> FALSE = Set.of("0", "false", "no", "off");

  private UrlQuery() {}

  static ConnectionOptions apply(Map<String, String> query, ConnectionOptions options) {
    if (query.isEmpty()) {
      return options;
    }
    ConnectionOptions.Builder result = options.toBuilder();
    Map<String, String> tls = new LinkedHashMap<>();
    query.forEach(
        (key, value) -> {
          String bare =
              key.startsWith(TlsFiles.PREFIX) ? key.substring(TlsFiles.PREFIX.length()) : key;
          if (PLAIN_KEYS.contains(key)) {
            applyPlain(result, key, value);
          } else if (TlsFiles.KEYS.contains(bare)) {
            tls.put(bare, value);
          } else if (options.transportOptionsInUrl() && !PARTS.contains(key)) {
            result.transportOption(key, typed(value));
          } else {
            throw unknown(key);
          }
        });
    boolean switchedOn = truth("ssl", query.getOrDefault("ssl", "false"));
    if (!tls.isEmpty() || (switchedOn && options.tls() == null)) {
      TlsFiles.apply(tls, result);
    }
    return result.build();
  }

  static boolean truth(String key, String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!TRUE.contains(lower) && !FALSE.contains(lower)) {
      throw new ConfigurationException(key + " in a URL must be true or false, was " + value);
    }
    return TRUE.contains(lower);
  }

  private static void applyPlain(ConnectionOptions.Builder options, String key, String value) {
    switch (key) {
      case "heartbeat" -> options.heartbeat(seconds(key, value));
      case "connect_timeout" -> options.connectTimeout(seconds(key, value));
      case "login_method" -> options.loginMethod(value);
      default -> truth(key, value); // insist has had no effect for many years; ssl comes later
    }
  }

  /** A number or a truth where the text is one. */
  private static Object typed(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (lower.equals("true") || lower.equals("false")) {
      return lower.equals("true");
    }
    if (value.matches("-?[0-9]{1,18}")) {
      return Long.valueOf(value);
    }
    return value.matches("-?[0-9]+[.][0-9]+") ? Double.valueOf(value) : (Object) value;
  }

  private static Duration seconds(String key, String value) {
    try {
      double seconds = Double.parseDouble(value);
      boolean zeroAllowed = key.equals("heartbeat");
      if (seconds >= (zeroAllowed ? 0 : 0.001) && seconds <= Integer.MAX_VALUE) {
        return Duration.ofMillis(Math.round(seconds * 1000));
      }
    } catch (NumberFormatException e) {
      throw new ConfigurationException(notSeconds(key, value), e);
    }
    throw new ConfigurationException(notSeconds(key, value));
  }

  private static String notSeconds(String key, String value) {
    return key + " in a URL must be a number of seconds, was " + value;
  }

  private static ConfigurationException unknown(String key) {
    if (PARTS.contains(key)) {
      return new ConfigurationException(
          key + " in the query of a URL repeats a part of the URL itself");
    }
    if (TlsFiles.UNSUPPORTED.contains(key)) {
      return new ConfigurationException(
          key + " cannot be set by a URL; give ConnectionOptions.tls an SSLContext that has it");
    }
    List<String> known = new ArrayList<>(PLAIN_KEYS);
    TlsFiles.KEYS.forEach(tls -> known.add(TlsFiles.PREFIX + tls));
    return new ConfigurationException(
        "unknown key "
            + key
            + " in the query of a URL; "
            + NearestName.of(key, known)
                .map(nearest -> "did you mean " + nearest + "?")
                .orElse("known are " + known));
  }
}
