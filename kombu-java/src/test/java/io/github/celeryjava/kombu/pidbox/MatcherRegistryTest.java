package io.github.celeryjava.kombu.pidbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected matches are those of Python's fnmatch and re. */
@Timeout(10)
class MatcherRegistryTest {

  private static final List<String> NAMES =
      List.of(
          "w1@h1", "a", "", "ax", "]x", "-x", "zx", "[", "[ab", "a[", "a.b", "aXb", "[!]", "*x",
          "W1@h1", "w12@h12", "\\x", "a\\z");

  private final MatcherRegistry matchers = MatcherRegistry.standard();

  @ParameterizedTest
  @MethodSource("globs")
  void globsMatchAsInPython(String pattern, List<String> matched) {
    assertThat(NAMES.stream().filter(name -> matchers.matches(name, pattern, "glob")))
        .containsExactlyElementsOf(matched);
  }

  static Stream<Arguments> globs() {
    return Stream.of(
        glob("*", NAMES.toArray(String[]::new)),
        glob("**", NAMES.toArray(String[]::new)),
        glob("", ""),
        glob("w*", "w1@h1", "w12@h12"),
        glob("w?@h"),
        glob("w1@h1", "w1@h1"),
        glob("W*", "W1@h1"),
        glob("[a-c]*", "a", "ax", "a[", "a.b", "aXb", "a\\z"),
        glob(
            "[!a-c]*", "w1@h1", "]x", "-x", "zx", "[", "[ab", "[!]", "*x", "W1@h1", "w12@h12",
            "\\x"),
        glob("[]]x", "]x"),
        glob("[!]]x", "ax", "-x", "zx", "*x", "\\x"),
        glob("[", "["),
        glob("[ab", "[ab"),
        glob("a[", "a["),
        glob("*@*", "w1@h1", "W1@h1", "w12@h12"),
        glob("*1", "w1@h1", "W1@h1"),
        glob("?", "a", "["),
        glob("[a-]x", "ax", "-x"),
        glob("[-a]x", "ax", "-x"),
        glob("[!]", "[!]"),
        glob("[z-a]x"),
        glob("w1@h*1", "w1@h1"),
        glob("*w*1*", "w1@h1", "w12@h12"),
        glob("a.b", "a.b"),
        glob("a\\*", "a\\z"),
        glob("[*]x", "*x"),
        glob("w*@h[0-9]", "w1@h1"));
  }

  @Test
  void expressionsMatchFromTheFirstCharacterOnAndNotUpToTheLast() {
    assertThat(matchers.matches("w12@h", "w\\d", "pcre")).isTrue();
    assertThat(matchers.matches("w12@h", "w\\d@", "pcre")).isFalse();
    assertThat(matchers.matches("w12@h", "12", "pcre")).isFalse();
    assertThat(matchers.matches("w12@h", "", "pcre")).isTrue();
    assertThat(matchers.matches("w12@h", "w12@h$", "pcre")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "(a+)+b|(.*.*)*x",
        "(((){9999}){9999}){9999}",
        "(?:(?:x?){1,}){99999999}",
        "(.*)*\\1z"
      })
  void expressionsThatMakeNoSenseOrNoEndAreRefused(String pattern) {
    String name = "a".repeat(200) + "!";

    assertThatThrownBy(() -> matchers.matches(name, pattern, "pcre"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void expressionsAreOfBoundedSize() {
    assertThatThrownBy(() -> matchers.matches("w", "(".repeat(1_001), "pcre"))
        .hasMessage("a pattern may have 1000 characters, has 1001");
    assertThatThrownBy(() -> matchers.matches("w".repeat(100_000), "(w|x)*y", "pcre"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void globsTakeNoLongerThanTheirLengthsAllow() {
    assertThat(matchers.matches("a".repeat(5_000), "*a".repeat(200) + "b", "glob")).isFalse();
  }

  @Test
  void aMatcherThatIsNotThereIsNamedWithTheNearestOne() {
    assertThatThrownBy(() -> matchers.matches("w", "*", "globe"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("no matcher is called globe; did you mean glob?");
    assertThatThrownBy(() -> matchers.without("glob").matches("w", "*", "xyz"))
        .hasMessage("no matcher is called xyz; there are [pcre]");
  }

  @Test
  void aProgramMayAddMatchersOfItsOwn() {
    NodeMatcher prefix =
        new NodeMatcher() {
          @Override
          public String name() {
            return "prefix";
          }

          @Override
          public boolean matches(String hostname, String pattern) {
            return hostname.startsWith(pattern);
          }
        };

    MatcherRegistry more = matchers.with(prefix);

    assertThat(more.matches("w1", "w", "prefix")).isTrue();
    assertThat(more.matches("w1", "x", "prefix")).isFalse();
  }

  private static Arguments glob(String pattern, String... matched) {
    return Arguments.of(pattern, List.of(matched));
  }
}
