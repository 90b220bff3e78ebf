package io.github.celeryjava.kombu.transport.redis;

import java.util.Locale;

/** The beginning of what could not be read, safe to put into one line of a log. Stateless. */
final class PoisonDump {

  private static final int MOST_BYTES = 256;

  private PoisonDump() {}

  static String of(byte[] bytes) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(bytes.length, MOST_BYTES); i++) {
      int value = bytes[i] & 0xff;
      if (value >= 0x20 && value < 0x7f && value != '\\') {
        out.append((char) value);
      } else {
        out.append(String.format(Locale.ROOT, "\\x%02x", value));
      }
    }
    return out.append(bytes.length > MOST_BYTES ? "…'" : "'").toString();
  }
}
