package io.github.celeryjava.kombu.pidbox;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Shell patterns, with regard to case: {@code *}, {@code ?}, {@code [seq]}, {@code [!seq]}. Takes
 * time of the order of the two lengths multiplied, whatever the pattern. Stateless.
 *
 * <p>Behaves as {@code fnmatch.fnmatch} of Python does on POSIX.
 */
final class GlobMatcher implements NodeMatcher {

  @Override
  public String name() {
    return "glob";
  }

  @Override
  public boolean matches(String hostname, String pattern) {
    List<Token> tokens = parse(pattern);
    int token = 0;
    int at = 0;
    int star = -1; // the last one, and how far it has reached
    int reached = 0;
    while (at < hostname.length()) {
      if (token < tokens.size() && tokens.get(token).isStar()) {
        star = token++;
        reached = at;
      } else if (token < tokens.size() && tokens.get(token).accepts(hostname.charAt(at))) {
        token++;
        at++;
      } else if (star >= 0) {
        token = star + 1;
        at = ++reached;
      } else {
        return false;
      }
    }
    while (token < tokens.size() && tokens.get(token).isStar()) {
      token++;
    }
    return token == tokens.size();
  }

  private static List<Token> parse(String pattern) {
    List<Token> tokens = new ArrayList<>();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i++);
      if (c == '*') {
        tokens.add(Token.STAR);
      } else if (c == '?') {
        tokens.add(Token.ANY);
      } else if (c == '[' && end(pattern, i) > 0) {
        int end = end(pattern, i);
        tokens.add(set(pattern.substring(i, end)));
        i = end + 1;
      } else {
        tokens.add(Token.of(c));
      }
    }
    return tokens;
  }

  /** Where the bracket closes that was opened before {@code from}; -1 if nowhere. */
  private static int end(String pattern, int from) {
    int at = from;
    if (at < pattern.length() && pattern.charAt(at) == '!') {
      at++;
    }
    return pattern.indexOf(']', Math.min(at + 1, pattern.length())); // the first one is a member
  }

  private static Token set(String members) {
    boolean negated = members.startsWith("!");
    String text = negated ? members.substring(1) : members;
    BitSet set = new BitSet();
    int i = 0;
    while (i < text.length()) {
      char low = text.charAt(i);
      if (i + 2 < text.length() && text.charAt(i + 1) == '-') {
        char high = text.charAt(i + 2);
        if (low <= high) {
          set.set(low, high + 1);
        }
        i += 3;
      } else {
        set.set(low);
        i++;
      }
    }
    return new Token(false, set, negated);
  }

  /**
   * One place of a pattern.
   *
   * @param members what may stand there, or may not if {@code negated}
   */
  private record Token(boolean isStar, BitSet members, boolean negated) {

    static final Token STAR = new Token(true, new BitSet(), true);
    static final Token ANY = new Token(false, new BitSet(), true);

    static Token of(char c) {
      BitSet set = new BitSet();
      set.set(c);
      return new Token(false, set, false);
    }

    boolean accepts(char c) {
      return members.get(c) != negated;
    }
  }
}
