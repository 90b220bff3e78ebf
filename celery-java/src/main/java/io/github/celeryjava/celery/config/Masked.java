package io.github.celeryjava.celery.config;

import io.github.celeryjava.celery.internal.SecretMask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of settings as they may be shown: to a log, an error, a colleague, another node. */
final class Masked {

  private Masked() {}

  /**
   * A plain value – text, number, boolean, list, map or null – without secrets: whatever has a
   * secret's name is masked whole, and in any text the passwords of URLs are.
   */
  static @Nullable Object value(String name, @Nullable Object plain) {
    if (plain instanceof Map<?, ?> map) {
      return entries(map);
    }
    if (plain == null || plain instanceof Boolean) {
      return plain;
    }
    if (Setting.isSecret(name)) {
      return SecretMask.MASK;
    }
    if (plain instanceof List<?> list) {
      List<@Nullable Object> shown = new ArrayList<>();
      list.forEach(element -> shown.add(value(name, element)));
      return shown;
    }
    return plain instanceof Number ? plain : SecretMask.mask(plain.toString());
  }

  private static Map<String, @Nullable Object> entries(Map<?, ?> map) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    map.forEach((key, value) -> shown.put(String.valueOf(key), value(String.valueOf(key), value)));
    return shown;
  }
}
