package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options under kombu's names, read as the types they should have. Immutable as long as the map is.
 *
 * <p>Every method throws {@link ConfigurationException} if an option has another type.
 */
record TransportOptions(Map<String, @Nullable Object> values) {

  @Nullable Object get(String key) {
    return values.get(key);
  }

  String text(String key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text;
  }

  @Nullable String text(String key) {
    Object value = values.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(key, "text");
  }

  boolean truth(String key, boolean otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong(key, "true or false");
  }

  int count(String key, int otherwise, int least) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number && number.longValue() >= least) {
      return (int) Math.min(number.longValue(), Integer.MAX_VALUE);
    }
    throw wrong(key, "a number from " + least);
  }

  /** Seconds as a number, or a {@link Duration}. */
  @Nullable Duration seconds(String key) {
    Object value = values.get(key);
    if (value == null) {
      return null;
    }
    Duration duration = value instanceof Duration given ? given : null;
    if (value instanceof Number number) {
      duration = Duration.ofNanos((long) Math.min(number.doubleValue() * 1e9, 9e18));
    }
    if (duration != null && !duration.isNegative()) {
      return duration;
    }
    throw wrong(key, "a number of seconds");
  }

  /** As {@link #seconds(String)}, and more than zero. */
  Duration positiveSeconds(String key, Duration otherwise) {
    Duration duration = seconds(key);
    if (duration == null) {
      return otherwise;
    }
    if (duration.toMillis() > 0) {
      return duration;
    }
    throw wrong(key, "a number of seconds of at least 0.001");
  }

  /** Numbers that ascend, at least one. */
  List<Integer> steps(String key, List<Integer> otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    List<Integer> steps = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object step : list) {
        if (!(step instanceof Number number)
            || number.intValue() < 0
            || (!steps.isEmpty() && number.intValue() <= steps.get(steps.size() - 1))) {
          throw wrong(key, "a list of numbers that ascend");
        }
        steps.add(number.intValue());
      }
    }
    if (steps.isEmpty()) {
      throw wrong(key, "a list of numbers that ascend");
    }
    return List.copyOf(steps);
  }

  Map<?, ?> map(String key) {
    Object value = values.get(key);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw wrong(key, "a map");
  }

  /** Shows the type only, since a value may be secret. */
  ConfigurationException wrong(String key, String wanted) {
    Object value = values.get(key);
    String found =
        value instanceof Number || value instanceof Boolean
            ? value.toString()
            : value == null ? "nothing" : "a " + value.getClass().getSimpleName();
    return new ConfigurationException(
        "the transport option '" + key + "' must be " + wanted + ", was " + found);
  }
}
