package io.github.celeryjava.kombu;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The beginnings of a message, safe to put into one line of a log. Stateless. */
final class MessageDump {

  private static final int MOST_HEADER_CHARS = 512;
  private static final int MOST_BODY_BYTES = 256;
  private static final int MOST_TEXT_CHARS = 255; // all that AMQP allows

  private MessageDump() {}

  /** A property, which other transports than AMQP let be of any length. */
  static String text(@Nullable String property) {
    if (property == null) {
      return "null";
    }
    StringBuilder out = new StringBuilder();
    escape(out, property.substring(0, Math.min(property.length(), MOST_TEXT_CHARS)));
    return out.append(property.length() > MOST_TEXT_CHARS ? "…" : "").toString();
  }

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
