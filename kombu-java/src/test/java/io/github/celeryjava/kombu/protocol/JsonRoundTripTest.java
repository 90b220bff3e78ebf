package io.github.celeryjava.kombu.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

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
    return values(4);
  }

  /** Bounded, since a tree that is only likely to end takes all memory now and then. */
  private Arbitrary<Object> values(int depth) {
    if (depth == 0) {
      return leaves();
    }
    Arbitrary<Object> inner = values(depth - 1);
    return Arbitraries.frequencyOf(
        Tuple.of(3, leaves()),
        Tuple.of(1, inner.list().ofMaxSize(4).map(ArrayList::new)),
        Tuple.of(
            1,
            Arbitraries.maps(Arbitraries.strings().ofMaxLength(8), inner)
                .ofMaxSize(4)
                .map(map -> (Object) map)));
  }

  private Arbitrary<Object> leaves() {
    return Arbitraries.oneOf(
        Arbitraries.of(true, false).asGeneric(),
        Arbitraries.strings().ofMaxLength(20).asGeneric(),
        Arbitraries.longs().asGeneric(),
        Arbitraries.bigIntegers()
            .between(BigInteger.ONE.shiftLeft(64), BigInteger.ONE.shiftLeft(200))
            .asGeneric(),
        Arbitraries.doubles().asGeneric(),
        Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE).asGeneric(),
        Arbitraries.bigDecimals().map(BigDecimal::stripTrailingZeros).asGeneric(),
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new).asGeneric(),
        times());
  }

  private static Arbitrary<Object> times() {
    Arbitrary<LocalDateTime> naive =
        Combinators.combine(
                Arbitraries.longs().between(-719_162, 2_932_896), // years 1 to 9999
                Arbitraries.longs().between(0, 86_399_999_999L))
            .as(
                (day, micro) ->
                    LocalDateTime.of(
                        LocalDate.ofEpochDay(day), LocalTime.ofNanoOfDay(micro * 1_000)));
    Arbitrary<OffsetDateTime> aware =
        Combinators.combine(naive, Arbitraries.integers().between(-18 * 60, 18 * 60))
            .as((time, minutes) -> time.atOffset(ZoneOffset.ofTotalSeconds(minutes * 60)));
    return Arbitraries.oneOf(
        List.of(
            naive.asGeneric(),
            aware.asGeneric(),
            naive.map(LocalDateTime::toLocalDate).asGeneric(),
            naive.map(LocalDateTime::toLocalTime).asGeneric(),
            aware.map(OffsetDateTime::toOffsetTime).asGeneric()));
  }
}
