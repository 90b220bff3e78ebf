package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.GeneratedValues;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class YamlRoundTripTest {

  private final YamlSerializer yaml =
      new YamlSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  @Property(tries = 300)
  void everyValueComesBackAsItWas(@ForAll("values") Object value) {
    assertThat(yaml.decode(yaml.encode(value))).isEqualTo(value);
  }

  @Property
  void bytesComeBackByteForByte(@ForAll byte[] bytes) {
    assertThat(yaml.decode(yaml.encode(bytes))).isEqualTo(bytes);
  }

  @Property
  void textComesBackCharForChar(@ForAll String text) {
    assertThat(yaml.decode(yaml.encode(text))).isEqualTo(text);
    assertThat(yaml.decode(yaml.encode(Map.of(text, text)))).isEqualTo(Map.of(text, text));
    assertThat(yaml.decode(yaml.encode(Set.of(text)))).isEqualTo(Set.of(text));
  }

  @Example
  void aColonAtTheEndOfALineMakesNoMap() {
    Map<String, String> lines = Map.of("-:\n-", "a=:\n>");

    assertThat(yaml.decode(yaml.encode(lines))).isEqualTo(lines);
  }

  /** Of the signs that mean something in YAML. */
  @Property
  void textOfSignsComesBackCharForChar(@ForAll("signs") String text) {
    assertThat(yaml.decode(yaml.encode(List.of(text, Map.of(text, text)))))
        .isEqualTo(List.of(text, Map.of(text, text)));
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<LocalDateTime> naive = GeneratedValues.naiveTimes();
    return GeneratedValues.nested(
        Arbitraries.oneOf(
            List.of(
                GeneratedValues.plain(),
                GeneratedValues.bigIntegers(),
                naive.asGeneric(),
                GeneratedValues.awareTimes().asGeneric(),
                naive.map(LocalDateTime::toLocalDate).asGeneric())));
  }

  @Provide
  Arbitrary<String> signs() {
    return Arbitraries.strings()
        .withChars(" \n\t\r-?:,[]{}#&*!|>'\"%@`~.+_0159abxeEfnty=<\u0085\u2028\ufeff\\")
        .ofMaxLength(12);
  }
}
