package io.github.celeryjava.kombu.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Errors as Python's {@code repr} shows exceptions, which is what peers print: {@code
 * ValueError('no such queue')}. Stateless.
 */
@Internal
public final class ErrorText {

  private ErrorText() {}

  /** A type and a message, if there is one. */
  public static String of(String type, @Nullable String message) {
    return type + '(' + (message == null ? "" : quoted(message)) + ')';
  }

  /** A Java error; its type is the class's simple name. */
  public static String of(Throwable error) {
    return of(error.getClass().getSimpleName(), error.getMessage());
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      append(out, text.charAt(i), quote);
    }
    return out.append(quote).toString();
  }

  private static void append(StringBuilder out, char c, char quote) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote || c == '\\') {
          out.append('\\').append(c);
        } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
          out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
