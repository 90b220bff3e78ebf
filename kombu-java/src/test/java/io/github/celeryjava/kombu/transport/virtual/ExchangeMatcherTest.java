package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeMatcherTest {

  private final ExchangeMatcher matcher = new ExchangeMatcher();

  /** The texts that kombu 5.7.0 stores; up to 5.6 only the star was written differently. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.*       | ^a\\.[^\\.]+$",
        "a.#       | ^a\\..*?$",
        "#.b       | ^.*?\\.b$",
        "a.*.c     | ^a\\.[^\\.]+\\.c$",
        "#         | ^.*?$",
        "*         | ^[^\\.]+$",
        "a-b_c.*   | ^a\\-b\\_c\\.[^\\.]+$",
        "a+b.(c)   | ^a\\+b\\.\\(c\\)$",
        "a b       | ^a\\ b$",
        "é.½.漢    | ^é\\.½\\.漢$",
        "a#b.c*    | ^a#b\\.c*$",
        "a..b      | ^a\\.\\.b$",
      })
  void aTopicBindingIsStoredInKombusWords(String bindingKey, String stored) {
    assertThat(ExchangeMatcher.pattern(ExchangeType.TOPIC, bindingKey)).isEqualTo(stored);
  }

  @Test
  void anEmptyTopicKeyMatchesTheEmptyKeyOnly() {
    assertThat(ExchangeMatcher.pattern(ExchangeType.TOPIC, "")).isEqualTo("^$");
    assertThat(topic("", "")).isTrue();
    assertThat(topic("", "a")).isFalse();
  }

  @Test
  void aZeroCharacterIsStoredAsAnEscape() {
    assertThat(ExchangeMatcher.pattern(ExchangeType.TOPIC, "a\0")).isEqualTo("^a\\000$");
    assertThat(topic("a\0", "a\0")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a.*, a.b, true",
    "a.*, a.b.c, false",
    "a.*, a, false",
    "a.*, a., false",
    "a.#, a.b, true",
    "a.#, a.b.c, true",
    "a.#, a., true",
    "a.#, a, false",
    "#.b, x.b, true",
    "#.b, x.y.b, true",
    "#.b, .b, true",
    "#.b, b, false",
    "a.*.c, a.b.c, true",
    "a.*.c, a.c, false",
    "a.*.c, a.b.b.c, false",
    "a-b_c.*, a-b_c.z, true",
    "a-b_c.*, a-bxc.z, false",
    "#, a.b.c, true",
    "a.b, a.b, true",
    "a.b, axb, false",
    "a.b, a.b.c, false",
  })
  void aTopicBindingSelectsWhatKombuSelects(String bindingKey, String routingKey, boolean matches) {
    assertThat(topic(bindingKey, routingKey)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "^a\\..*?[^\\.]$, a.b, true",
    "^a\\..*?[^\\.]$, a.b.c, true",
    "^a\\..*?[^\\.]$, a, false",
    "^a\\..*?[^\\.]$, a., false",
    "^a\\..*?[^\\.]\\.c$, a.c, false",
    "^a\\..*?[^\\.]\\.c$, a.b.b.c, true",
  })
  void whatAnOlderPeerStoredKeepsItsMeaning(String stored, String key, boolean matches) {
    BoundQueue binding = new BoundQueue("any", stored, "q");

    assertThat(matcher.matches(ExchangeType.TOPIC, binding, key)).isEqualTo(matches);
  }

  @Test
  void theEndOfAPatternMayStandBeforeALineFeedAndADotIsAnyOtherCharacterAsInPython() {
    assertThat(topic("a", "a\n")).isTrue();
    assertThat(topic("a", "a\r")).isFalse();
    assertThat(topic("#.b", "x\ny.b")).isFalse();
    assertThat(topic("#.b", "x\u2028y.b")).isTrue();
    assertThat(topic("*.b", "x\ny.b")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"**", "a.**", "a**.b", "*a", "*#.b"})
  void aKeyThatWouldBreakEveryPythonPublisherIsRefused(String bindingKey) {
    assertThatThrownBy(() -> ExchangeMatcher.pattern(ExchangeType.TOPIC, bindingKey))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(406))
        .hasMessageContaining(bindingKey);
  }

  @Test
  void aStoredTextThatIsNoPatternSelectsNothingAndHarmsNobody() {
    List<BoundQueue> bindings =
        List.of(new BoundQueue("x", "^(a$", "broken"), new BoundQueue("a", "^a$", "sound"));

    assertThat(matcher.queues(ExchangeType.TOPIC, bindings, "a")).containsExactly("sound");
  }

  @Test
  void aDirectExchangeComparesWholeKeysAndIgnoresPatterns() {
    List<BoundQueue> bindings =
        List.of(
            new BoundQueue("a", "", "one"),
            new BoundQueue("a.b", "", "two"),
            new BoundQueue("x", "^a$", "three"));

    assertThat(matcher.queues(ExchangeType.DIRECT, bindings, "a")).containsExactly("one");
  }

  @Test
  void aFanoutExchangeSelectsEveryQueueOnce() {
    List<BoundQueue> bindings =
        List.of(
            new BoundQueue("a", "", "one"),
            new BoundQueue("b", "", "one"),
            new BoundQueue("", "", "two"));

    assertThat(matcher.queues(ExchangeType.FANOUT, bindings, "any")).containsExactly("one", "two");
  }

  private boolean topic(String bindingKey, String routingKey) {
    String pattern = ExchangeMatcher.pattern(ExchangeType.TOPIC, bindingKey);
    return matcher.matches(
        ExchangeType.TOPIC, new BoundQueue(bindingKey, pattern, "q"), routingKey);
  }
}
