package io.github.celeryjava.kombu;

import java.util.Locale;

/** The beginnings of a message, safe to put into one line of a log. Stateless. */
final class MessageDump {

  private static final int MOST_HEADER_CHARS = 512;
  private static final int MOST_BODY_BYTES = 256;

  private MessageDump() {}

  static String headers(Message message) {
    StringBuilder out = new StringBuilder("{");
    for (String name : message.headers().keySet()) { // names only: values may be secret or huge
      if (out.length() > MOST_HEADER_CHARS) {
        return out.append("…}").toString();
      }
      out.append(out.length() == 1 ? "" : ", ");
      escape(out, name.substring(0, Math.min(name.length(), MOST_HEADER_CHARS)));
    }
    return out.append('}').toString();
  }

  static String body(Message message) {
    byte[] body = message.rawBody();
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < Math.min(body.length, MOST_BODY_BYTES); i++) {
      escape(out, body[i] & 0xff);
    }
    return out.append(body.length > MOST_BODY_BYTES ? "…'" : "'").toString();
  }

  private static void escape(StringBuilder out, String text) {
    text.chars().forEach(c -> escape(out, c));
  }

  private static void escape(StringBuilder out, int c) {
    if (c >= 0x20 && c < 0x7f && c != '\\') {
      out.append((char) c);
    } else {
      out.append(String.format(Locale.ROOT, "\\x%02x", c));
    }
  }
}
