package io.github.celeryjava.kombu.pidbox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Regular expressions that have to match from the first character on, not up to the last.
 * Stateless.
 *
 * <p>Behaves as {@code re.match} of Python does, called {@code pcre} there; the dialect is Java's.
 * Whoever may send commands may send any expression, so an expression that goes back and forth
 * without end is given up.
 */
final class RegexMatcher implements NodeMatcher {

  private static final int MOST_PATTERN_CHARS = 1_000;
  private static final int MOST_STEPS = 1_000_000;

  /** What is repeated a number of times, {@code {5}} or {@code {2,5}}. */
  private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)(?:,(\\d*))?\\}");

  @Override
  public String name() {
    return "pcre";
  }

  @Override
  public boolean matches(String hostname, String pattern) {
    if (pattern.length() > MOST_PATTERN_CHARS) {
      throw new IllegalArgumentException(
          "a pattern may have " + MOST_PATTERN_CHARS + " characters, has " + pattern.length());
    }
    refuseRepetitions(pattern);
    try {
      return Pattern.compile(pattern).matcher(new Counting(hostname)).lookingAt();
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("the pattern is nested too deep", e);
    }
  }

  /** Repetitions of nothing within each other look at no text, and still would go on for ever. */
  private static void refuseRepetitions(String pattern) {
    long product = 1;
    for (Matcher each = REPEATED.matcher(pattern); each.find(); ) {
      String most =
          each.group(2) == null || each.group(2).isEmpty() ? each.group(1) : each.group(2);
      product *= most.length() > 6 ? MOST_STEPS + 1L : Math.max(1, Long.parseLong(most));
      if (product > MOST_STEPS) {
        throw new IllegalArgumentException("the pattern repeats too often");
      }
    }
  }

  /** Text that can be looked at only so often. */
  private static final class Counting implements CharSequence {

    private final String text;

    // Mutable state
    private int steps;

    Counting(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new IllegalArgumentException("the pattern takes too long to match");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
