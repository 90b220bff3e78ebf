package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which bindings a routing key selects, the way kombu's virtual transports do. Thread-safe;
 * it only remembers compiled patterns.
 *
 * <p>A topic binding is stored as a regular expression, written by whoever binds and evaluated as
 * it stands by whoever publishes, in Java or Python. Words are split at dots: {@code *} stands for
 * one word, {@code #} for anything, but its dot has to be there, so {@code a.#} does not match
 * {@code a} as it would on AMQP. Up to kombu 5.6 {@code *} was written {@code .*?[^\.]}, which also
 * spans dots; such stored text keeps that meaning.
 *
 * <p>Wire source: {@code kombu/transport/virtual/exchange.py} (5.2 to 5.7).
 */
public final class ExchangeMatcher {

  private static final Logger log = LoggerFactory.getLogger(ExchangeMatcher.class);

  private static final int MOST_COMPILED = 4_096;
  private static final Pattern NEVER = Pattern.compile("(?!)");

  // Mutable state
  private final Map<String, Pattern> compiled = new ConcurrentHashMap<>();

  /** Starts without any compiled pattern. */
  public ExchangeMatcher() {}

  /**
   * The text to store for a binding: a regular expression for topics, else empty.
   *
   * @throws OperationalException not recoverable, 406, if the text would be no regular expression,
   *     on which every Python publisher to the exchange would fail
   */
  public static String pattern(ExchangeType type, String bindingKey) {
    if (!type.equals(ExchangeType.TOPIC)) {
      return "";
    }
    if (bindingKey.contains("**") || (bindingKey.length() > 1 && startsMixed(bindingKey))) {
      throw OperationalException.refused(
          "binding key '" + bindingKey + "': a word of a topic is text, * or #, not a mixture",
          406,
          null);
    }
    StringBuilder text = new StringBuilder(bindingKey.length() + 16).append('^');
    String separator = "";
    for (String word : bindingKey.split("\\.", -1)) {
      text.append(separator);
      switch (word) {
        case "*" -> text.append("[^\\.]+");
        case "#" -> text.append(".*?");
        default -> word.codePoints().forEach(c -> appendEscaped(text, c));
      }
      separator = "\\.";
    }
    return text.append('$').toString();
  }

  /** The queues to deliver to, each once, in the order of the bindings. */
  public Set<String> queues(ExchangeType type, Collection<BoundQueue> bindings, String routingKey) {
    Set<String> queues = new LinkedHashSet<>();
    for (BoundQueue binding : bindings) {
      if (matches(type, binding, routingKey)) {
        queues.add(binding.queue());
      }
    }
    return queues;
  }

  /** Whether a message with that key goes to that binding's queue. */
  public boolean matches(ExchangeType type, BoundQueue binding, String routingKey) {
    if (type.equals(ExchangeType.FANOUT)) {
      return true;
    }
    if (type.equals(ExchangeType.TOPIC)) {
      return compiled(binding.pattern()).matcher(routingKey).lookingAt();
    }
    return binding.routingKey().equals(routingKey);
  }

  private Pattern compiled(String text) {
    Pattern known = compiled.get(text);
    if (known != null) {
      return known;
    }
    if (compiled.size() >= MOST_COMPILED) {
      compiled.clear();
    }
    Pattern made = compile(text);
    compiled.put(text, made);
    return made;
  }

  private static Pattern compile(String text) {
    try {
      return Pattern.compile(text, Pattern.UNIX_LINES);
    } catch (PatternSyntaxException e) {
      log.warn("Ignoring a stored topic binding that is no regular expression: {}", text);
      return NEVER;
    }
  }

  private static boolean startsMixed(String bindingKey) {
    return bindingKey.charAt(0) == '*' && bindingKey.charAt(1) != '.';
  }

  private static void appendEscaped(StringBuilder text, int codePoint) {
    if (codePoint == 0) {
      text.append("\\000");
    } else if (isAlphanumeric(codePoint) || codePoint == '#' || codePoint == '*') {
      text.appendCodePoint(codePoint);
    } else {
      text.append('\\').appendCodePoint(codePoint);
    }
  }

  /** Python's {@code isalnum}, which counts every kind of numeral. */
  private static boolean isAlphanumeric(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || Character.getType(codePoint) == Character.LETTER_NUMBER
        || Character.getType(codePoint) == Character.OTHER_NUMBER;
  }
}
