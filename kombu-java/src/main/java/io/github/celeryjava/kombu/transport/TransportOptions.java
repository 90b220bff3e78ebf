package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.NearestName;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The options of one transport under kombu's names, read as the types they should have, for those
 * who write transports. Immutable and thread-safe.
 *
 * <p>A value that is null counts as absent. Every method that reads throws {@link
 * ConfigurationException} if an option has another type; messages never show texts, which may be
 * secret.
 */
public final class TransportOptions {

  /** What kombu keeps in the same bag for whoever connects, whatever the transport. */
  private static final Set<String> RETRYING =
      Set.of(
          "max_retries",
          "interval_start",
          "interval_step",
          "interval_max",
          "connect_retries_timeout");

  /** What kombu keeps there too, and what to use instead. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "errback", "a ConnectionListener",
          "callback", "a ConnectionListener",
          "credential_provider", "the credentials of the ConnectionBuilder",
          "ssl", "ConnectionOptions.tls, or the ssl_… keys of the URL");

  private final Map<String, @Nullable Object> values;

  private TransportOptions(Map<String, @Nullable Object> values) {
    this.values = values;
  }

  /** The transport options of a connection. */
  public static TransportOptions of(ConnectionOptions options) {
    return new TransportOptions(options.transportOptions());
  }

  /** Other options that are written the same way. */
  public static TransportOptions of(Map<String, ? extends @Nullable Object> values) {
    return new TransportOptions(Collections.unmodifiableMap(new LinkedHashMap<>(values)));
  }

  /**
   * Refuses every option that is neither known to the transport nor one of those that say how to
   * retry, which kombu keeps in the same bag.
   *
   * @param transport its name, for the message
   * @throws ConfigurationException naming the option, and the nearest known one
   */
  public void requireKnown(String transport, Collection<String> known) {
    for (String key : values.keySet()) {
      if (known.contains(key) || RETRYING.contains(key)) {
        continue;
      }
      String instead = ELSEWHERE.get(key);
      if (instead != null) {
        throw new ConfigurationException(
            "the transport option '" + key + "' cannot be set here; use " + instead);
      }
      throw new ConfigurationException(
          "the transport "
              + transport
              + " has no option '"
              + key
              + "'; "
              + NearestName.of(key, known)
                  .map(nearest -> "did you mean " + nearest + "?")
                  .orElse("there are " + new TreeSet<>(known)));
    }
  }

  /** The value as it was given; null if it is absent. */
  public @Nullable Object get(String key) {
    return values.get(requireNonNull(key, "key"));
  }

  public @Nullable String text(String key) {
    Object value = get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(key, "text");
  }

  public String text(String key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text;
  }

  public boolean truth(String key, boolean otherwise) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong(key, "true or false");
  }

  /** A whole number of at least {@code least}. */
  public int count(String key, int otherwise, int least) {
    Object value = get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= least) {
      return number.intValue();
    }
    throw wrong(key, "a whole number of at least " + least);
  }

  /** Seconds as a number with or without a fraction, or a {@link Duration}; null if absent. */
  public @Nullable Duration seconds(String key) {
    Object value = get(key);
    if (value == null) {
      return null;
    }
    Duration duration = value instanceof Duration given ? given : null;
    if (value instanceof Number number && number.doubleValue() >= 0) {
      duration = Duration.ofNanos((long) Math.min(number.doubleValue() * 1e9, 9e18));
    }
    if (duration != null && !duration.isNegative()) {
      return duration;
    }
    throw wrong(key, "a number of seconds");
  }

  /** As {@link #seconds(String)}, and at least a millisecond. */
  public Duration positiveSeconds(String key, Duration otherwise) {
    Duration duration = seconds(key);
    if (duration == null) {
      return otherwise;
    }
    if (duration.toMillis() > 0) {
      return duration;
    }
    throw wrong(key, "a number of seconds of at least 0.001");
  }

  /** A map of whatever kind; empty if absent. */
  public Map<?, ?> map(String key) {
    Object value = get(key);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(key, "a map");
  }

  /** A list of whatever kind; null if absent. */
  public @Nullable List<?> list(String key) {
    Object value = get(key);
    if (value == null || value instanceof List<?>) {
      return (List<?>) value;
    }
    throw wrong(key, "a list");
  }

  /**
   * What to throw if an option has a value that makes no sense.
   *
   * @param wanted continues "must be"
   */
  public ConfigurationException wrong(String key, String wanted) {
    Object value = get(key);
    String found =
        value instanceof Number || value instanceof Boolean
            ? value.toString()
            : value == null ? "nothing" : "a " + value.getClass().getSimpleName();
    return new ConfigurationException(
        "the transport option '" + key + "' must be " + wanted + ", was " + found);
  }
}
