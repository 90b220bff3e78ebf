package io.github.celeryjava.celery.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reads maps and lists within them into copies that nobody can change. */
final class NestedValues {

  private NestedValues() {}

  /** The options of a default, none of which is null. */
  static Map<String, @Nullable Object> options(Map<String, Object> given) {
    return Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(given));
  }

  /** Null if {@code raw} is not a map, or has a key that is not a text, at any depth. */
  static @Nullable Map<String, @Nullable Object> map(Object raw) {
    if (!(raw instanceof Map<?, ?> given)) {
      return null;
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : given.entrySet()) {
      Object value = entry.getValue();
      Object frozen = value == null ? null : frozen(value);
      if (!(entry.getKey() instanceof String key) || (frozen == null && value != null)) {
        return null;
      }
      copy.put(key, frozen);
    }
    return Collections.unmodifiableMap(copy);
  }

  /** A copy of a map or list, and anything else as it is. */
  static @Nullable Object frozen(Object raw) {
    if (raw instanceof Map<?, ?>) {
      return map(raw);
    }
    return raw instanceof List<?> list ? list(list) : raw;
  }

  static @Nullable Object tls(Object raw) {
    if (raw instanceof SSLContext) {
      return raw;
    }
    return raw instanceof Map<?, ?> ? map(raw) : TextValues.flag(raw);
  }

  private static @Nullable List<@Nullable Object> list(List<?> given) {
    List<@Nullable Object> copy = new ArrayList<>();
    for (Object element : given) {
      Object frozen = element == null ? null : frozen(element);
      if (frozen == null && element != null) {
        return null;
      }
      copy.add(frozen);
    }
    return Collections.unmodifiableList(copy);
  }
}
