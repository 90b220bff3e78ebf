package io.github.celeryjava.kombu.testing;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Values for properties of serializers, as they are after decoding. */
public final class GeneratedValues {

  private static final int DEEPEST = 3;
  private static final int WIDEST = 4;

  private GeneratedValues() {}

  /** Lists and maps of the leaves given, no deeper than a heap can stand. */
  public static Arbitrary<Object> nested(Arbitrary<Object> leaves) {
    Arbitrary<Object> values = leaves;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Arbitrary<Object> inner = values;
      values =
          Arbitraries.frequencyOf(
              Tuple.of(3, leaves),
              Tuple.of(1, inner.list().ofMaxSize(WIDEST).map(ArrayList::new)),
              Tuple.of(
                  1, Arbitraries.maps(text(), inner).ofMaxSize(WIDEST).map(map -> (Object) map)));
    }
    return values;
  }

  /** Truth, text of whole characters, integers of 64 bits, floating-point numbers. */
  public static Arbitrary<Object> plain() {
    return Arbitraries.oneOf(
        List.of(
            Arbitraries.of(true, false).asGeneric(),
            text().asGeneric(),
            Arbitraries.longs().asGeneric(),
            Arbitraries.doubles().asGeneric(),
            Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE)
                .asGeneric()));
  }

  /** Integers with more than 64 bits. */
  public static Arbitrary<Object> bigIntegers() {
    return Arbitraries.bigIntegers()
        .between(BigInteger.ONE.shiftLeft(64), BigInteger.ONE.shiftLeft(200))
        .asGeneric();
  }

  /** Text that has a form in UTF-8. */
  public static Arbitrary<String> text() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(20)
        .filter(text -> text.codePoints().noneMatch(GeneratedValues::isHalf));
  }

  /** Of the years and with the precision that Python knows. */
  public static Arbitrary<LocalDateTime> naiveTimes() {
    return Combinators.combine(
            Arbitraries.longs().between(-719_162, 2_932_896), // years 1 to 9999
            Arbitraries.longs().between(0, 86_399_999_999L))
        .as(
            (day, micro) ->
                LocalDateTime.of(LocalDate.ofEpochDay(day), LocalTime.ofNanoOfDay(micro * 1_000)));
  }

  /** With an offset of whole minutes. */
  public static Arbitrary<OffsetDateTime> awareTimes() {
    return Combinators.combine(naiveTimes(), Arbitraries.integers().between(-18 * 60, 18 * 60))
        .as((time, minutes) -> time.atOffset(ZoneOffset.ofTotalSeconds(minutes * 60)));
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
