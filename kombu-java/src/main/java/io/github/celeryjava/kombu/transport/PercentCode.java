package io.github.celeryjava.kombu.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-decoding as Python does it. Stateless and thread-safe. */
final class PercentCode {

  private PercentCode() {}

  /** A percent sign without two hexadecimal digits behind it stands for itself, as does a plus. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low < 0) {
        out.write(bytes[i]);
      } else {
        out.write(high * 16 + low);
        i += 2;
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** As {@link #decode}, with plus signs for spaces: the form of a query. */
  static String decodeForm(String text) {
    return decode(text.replace('+', ' '));
  }
}
