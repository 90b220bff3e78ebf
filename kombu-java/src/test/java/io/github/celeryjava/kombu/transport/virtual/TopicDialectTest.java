package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.entity.ExchangeType;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The regular expressions against a matcher that knows none. */
class TopicDialectTest {

  private final ExchangeMatcher matcher = new ExchangeMatcher();

  @Property(tries = 5_000)
  void theStoredPatternSelectsWhatTheWordsMean(
      @ForAll("bindingKeys") String bindingKey, @ForAll("routingKeys") String routingKey) {
    BoundQueue binding =
        new BoundQueue(
            bindingKey, ExchangeMatcher.pattern(ExchangeType.TOPIC, bindingKey), "queue");

    boolean selected = matcher.matches(ExchangeType.TOPIC, binding, routingKey);

    List<String> words = List.of(bindingKey.split("\\.", -1));
    assertThat(selected).isEqualTo(means(words, routingKey));
  }

  @Property(tries = 1_000)
  void aBindingWithoutWildcardsSelectsExactlyItsOwnKey(
      @ForAll("routingKeys") String bindingKey, @ForAll("routingKeys") String routingKey) {
    BoundQueue binding =
        new BoundQueue(
            bindingKey, ExchangeMatcher.pattern(ExchangeType.TOPIC, bindingKey), "queue");

    assertThat(matcher.matches(ExchangeType.TOPIC, binding, bindingKey)).isTrue();
    assertThat(matcher.matches(ExchangeType.TOPIC, binding, routingKey))
        .isEqualTo(bindingKey.equals(routingKey));
  }

  @Provide
  Arbitrary<String> bindingKeys() {
    return Arbitraries.of("a", "b", "ab", "a-b", "é", "", "*", "#", "$", "(")
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(words -> String.join(".", words));
  }

  @Provide
  Arbitrary<String> routingKeys() {
    return Arbitraries.of("a", "b", "ab", "a-b", "é", "", "$", "(")
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(words -> String.join(".", words));
  }

  /** Tries every length that the first word can stand for. */
  private static boolean means(List<String> words, String key) {
    String word = words.get(0);
    for (int end = 0; end <= key.length(); end++) {
      if (standsFor(word, key.substring(0, end)) && restMeans(words, key.substring(end))) {
        return true;
      }
    }
    return false;
  }

  private static boolean restMeans(List<String> words, String rest) {
    return words.size() == 1
        ? rest.isEmpty()
        : rest.startsWith(".") && means(words.subList(1, words.size()), rest.substring(1));
  }

  private static boolean standsFor(String word, String text) {
    return switch (word) {
      case "#" -> true;
      case "*" -> !text.isEmpty() && !text.contains(".");
      default -> word.equals(text);
    };
  }
}
