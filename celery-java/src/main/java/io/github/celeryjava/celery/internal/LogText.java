package io.github.celeryjava.celery.internal;

import io.github.celeryjava.kombu.internal.Internal;
import java.util.Locale;

/** Makes text that came from another process fit for one line of a log. Stateless. */
@Internal
public final class LogText {

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_REASON = 1_000;

  private LogText() {}

  /** A task as log lines name it: {@code name[id]}. */
  public static String task(String name, String id) {
    return shortened(name) + "[" + shortened(id) + "]";
  }

  /** A name or an id, cut where nobody would read on. */
  public static String shortened(String text) {
    return oneLine(cut(text, LONGEST_NAME));
  }

  /** What an error says of itself. */
  public static String reason(Throwable problem) {
    String message = problem.getMessage();
    return oneLine(cut(message == null ? problem.toString() : message, LONGEST_REASON));
  }

  /** The text with everything escaped that would end a line or hide a part of it. */
  public static String oneLine(String text) {
    return text.chars().noneMatch(LogText::isHidden) ? text : escaped(text);
  }

  private static boolean isHidden(int c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }

  private static String escaped(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHidden(c)) {
        line.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        line.append(c);
      }
    }
    return line.toString();
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }
}
