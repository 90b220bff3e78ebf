package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A Java stack trace as the {@code traceback} of a result: the text that {@link
 * Throwable#printStackTrace()} writes, with its causes, cut off where it is too long to store with
 * every failure.
 *
 * @hidden
 */
@Internal
public final class ErrorText {

  private static final int LONGEST = 64 * 1024;

  private ErrorText() {}

  /** The stack trace of {@code error}; never throws. */
  public static String of(Throwable error) {
    StringWriter text = new StringWriter(1024);
    try (PrintWriter out = new PrintWriter(text)) {
      error.printStackTrace(out);
    } catch (RuntimeException e) { // An exception of a user may fail to describe itself.
      text.write(
          error.getClass().getName() + " (its description failed with " + e.getClass() + ")");
    }
    String whole = text.toString().replace("\r\n", "\n");
    if (whole.length() <= LONGEST) {
      return whole;
    }
    int end = whole.lastIndexOf('\n', LONGEST);
    int kept = end < 0 ? LONGEST : end;
    return whole.substring(0, kept) + "\n... " + (whole.length() - kept) + " more characters\n";
  }
}
