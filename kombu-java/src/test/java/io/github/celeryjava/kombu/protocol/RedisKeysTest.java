package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.protocol.RedisKeys.Member;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisKeysTest {

  private final RedisKeys keys = RedisKeys.standard(2);
  private final RedisKeys prefixed =
      new RedisKeys("kp:", "|", List.of(0, 5), "u", "i", "m", "/x.", false);

  @ParameterizedTest
  @CsvSource({"0,0", "1,0", "2,0", "3,3", "4,3", "5,3", "6,6", "7,6", "8,6", "9,9"})
  @Tag("S5")
  void eachPriorityHasTheListOfTheLargestStepThatIsNotLarger(int priority, int step) {
    String list = text(keys.list("jobs", priority));

    assertThat(list).isEqualTo(step == 0 ? "jobs" : "jobs\u0006\u0016" + step);
  }

  @Test
  void listsAreServedFromTheLowestStepOn() {
    assertThat(keys.lists("jobs").stream().map(RedisKeysTest::text))
        .containsExactly("jobs", "jobs\u0006\u00163", "jobs\u0006\u00166", "jobs\u0006\u00169");
  }

  @Test
  void aPriorityBelowTheFirstStepGoesToTheLastOneAsInPython() {
    RedisKeys late = new RedisKeys("", "|", List.of(3, 7), "u", "i", "m", "", true);

    assertThat(text(late.list("jobs", 1))).isEqualTo("jobs|7");
  }

  @Test
  void theGlobalPrefixStandsBeforeEveryKeyAndChannel() {
    assertThat(
            List.of(
                text(prefixed.list("jobs", 6)),
                text(prefixed.bindings("geo")),
                text(prefixed.permanentBindings("geo")),
                text(prefixed.bindingDeadlines()),
                text(prefixed.unacked()),
                text(prefixed.unackedIndex()),
                text(prefixed.mutex()),
                text(prefixed.channel("geo", "city"))))
        .containsExactly(
            "kp:jobs|5",
            "kp:_kombu.binding.geo",
            "kp:_kombu.binding_permanent.geo",
            "kp:_kombu.binding_deadlines",
            "kp:u",
            "kp:i",
            "kp:m",
            "kp:/x.geo");
  }

  @Test
  void channelsCarryDatabaseExchangeAndKey() {
    assertThat(text(keys.channel("geo", ""))).isEqualTo("/2.geo");
    assertThat(text(keys.channel("geo", "city.new"))).isEqualTo("/2.geo/city.new");
  }

  @Test
  void aBindingWithoutAKeyHearsEverythingAndOneWithAKeyWhatItsGlobMatches() {
    assertThat(keys.channelPatterns("geo", "").stream().map(RedisKeysTest::text))
        .containsExactly("/2.geo", "/2.geo/*");
    assertThat(keys.channelPatterns("geo", "city.#").stream().map(RedisKeysTest::text))
        .containsExactly("/2.geo/city.*");
    assertThat(prefixed.channelPatterns("geo", "city").stream().map(RedisKeysTest::text))
        .containsExactly("kp:/x.geo");
  }

  @Test
  void aMemberHasExactlyThreePartsWhichMayBeEmpty() {
    Member topic = new Member("a.*", "^a\\.[^\\.]+$", "jobs");
    Member bare = new Member("", "", "jobs");

    assertThat(text(keys.member(topic))).isEqualTo("a.*\u0006\u0016^a\\.[^\\.]+$\u0006\u0016jobs");
    assertThat(text(keys.member(bare))).isEqualTo("\u0006\u0016\u0006\u0016jobs");
    assertThat(keys.binding(keys.member(topic))).isEqualTo(topic);
    assertThat(keys.binding(keys.member(bare))).isEqualTo(bare);
  }

  @Test
  void whatHasNotThreePartsIsNoMember() {
    assertThat(keys.binding("jobs".getBytes(UTF_8))).isNull();
    assertThat(keys.binding("a\u0006\u0016b".getBytes(UTF_8))).isNull();
    assertThat(keys.binding("a\u0006\u0016b\u0006\u0016c\u0006\u0016d".getBytes(UTF_8))).isNull();
  }

  @Test
  void aPartThatHoldsTheSeparatorIsRefused() {
    assertThatThrownBy(() -> keys.member(new Member("a\u0006\u0016b", "", "jobs")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("separator");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
