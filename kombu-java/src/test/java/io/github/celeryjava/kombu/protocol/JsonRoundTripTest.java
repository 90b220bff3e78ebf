package io.github.celeryjava.kombu.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.testing.GeneratedValues;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonRoundTripTest {

  private final JsonTypes json = JsonTypes.standard();

  @Property(tries = 300)
  void everyValueComesBackAsItWas(@ForAll("values") Object value) {
    assertThat(json.decode(json.encode(value))).isEqualTo(value);
  }

  @Property
  void bytesComeBackByteForByte(@ForAll byte[] bytes) {
    assertThat(json.decode(json.encode(bytes))).isEqualTo(bytes);
  }

  @Property
  void textComesBackCharForChar(@ForAll String text) {
    assertThat(json.decode(json.encode(text))).isEqualTo(text);
    assertThat(json.decode(json.encode(Map.of(text, text)))).isEqualTo(Map.of(text, text));
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<OffsetDateTime> aware = GeneratedValues.awareTimes();
    Arbitrary<LocalDateTime> naive = GeneratedValues.naiveTimes();
    return GeneratedValues.nested(
        Arbitraries.oneOf(
            List.of(
                GeneratedValues.plain(),
                GeneratedValues.bigIntegers(),
                Arbitraries.bigDecimals().map(BigDecimal::stripTrailingZeros).asGeneric(),
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                    .as(UUID::new)
                    .asGeneric(),
                naive.asGeneric(),
                aware.asGeneric(),
                naive.map(LocalDateTime::toLocalDate).asGeneric(),
                naive.map(LocalDateTime::toLocalTime).asGeneric(),
                aware.map(OffsetDateTime::toOffsetTime).asGeneric())));
  }
}
