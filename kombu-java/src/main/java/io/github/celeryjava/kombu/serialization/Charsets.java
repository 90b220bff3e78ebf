package io.github.celeryjava.kombu.serialization;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Charsets by the names that Java and Python have for them, which differ in signs between the
 * letters. Stateless and thread-safe.
 *
 * <p>Names come from the network, and the JDK searches for an unknown one for a millisecond; here
 * it costs one look into a table.
 */
final class Charsets {

  private Charsets() {}

  /** Null if nobody knows it. */
  static @Nullable Charset named(String name) {
    return name.equalsIgnoreCase("utf-8") ? StandardCharsets.UTF_8 : Known.BY_NAME.get(plain(name));
  }

  private static String plain(String name) {
    StringBuilder plain = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '-' && c != '_') {
        plain.append(c);
      }
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  /** Made when the first name other than UTF-8 comes along. */
  private static final class Known {

    static final Map<String, Charset> BY_NAME = byName();

    private static Map<String, Charset> byName() {
      Map<String, Charset> byName = new HashMap<>();
      for (Charset charset : Charset.availableCharsets().values()) {
        byName.put(plain(charset.name()), charset);
        charset.aliases().forEach(alias -> byName.putIfAbsent(plain(alias), charset));
      }
      return Map.copyOf(byName);
    }
  }
}
