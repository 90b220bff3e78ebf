package io.github.celeryjava.celery.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.type.TypeFactory;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParameterTypeTest {

  private static final BigInteger HUGE = BigInteger.TWO.pow(70);
  private static final OffsetDateTime WHEN = OffsetDateTime.parse("2030-01-02T03:04:05+02:00");
  private static final UUID ID = UUID.fromString("5c0f0000-0000-4000-8000-000000000001");

  record Line(String sku, int count) {}

  record Placed(Line line, Instant at) {}

  record Box<T>(T content) {}

  enum Colour {
    RED,
    GREEN
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("fitting")
  void decodedValuesBecomeTheTypeOfTheParameter(Object value, Type type, Object expected) {
    assertThat(type(type).convert(value)).isEqualTo(expected);
  }

  static Stream<Arguments> fitting() {
    return Stream.of(scalars(), containers(), typed(), classes()).flatMap(table -> table);
  }

  private static Stream<Arguments> scalars() {
    return Stream.of(
        Arguments.of(7L, int.class, 7),
        Arguments.of(7, Integer.class, 7),
        Arguments.of(BigInteger.TEN, int.class, 10),
        Arguments.of(7, long.class, 7L),
        Arguments.of(7L, Long.class, 7L),
        Arguments.of(7L, short.class, (short) 7),
        Arguments.of(-128L, byte.class, (byte) -128),
        Arguments.of(7L, double.class, 7.0),
        Arguments.of(7, Double.class, 7.0),
        Arguments.of(7.5, double.class, 7.5),
        Arguments.of(Double.NaN, double.class, Double.NaN),
        Arguments.of(7.5, float.class, 7.5f),
        Arguments.of(Double.POSITIVE_INFINITY, float.class, Float.POSITIVE_INFINITY),
        Arguments.of(7L, BigInteger.class, BigInteger.valueOf(7)),
        Arguments.of(HUGE, BigInteger.class, HUGE),
        Arguments.of(7L, BigDecimal.class, BigDecimal.valueOf(7)),
        Arguments.of(7L, Number.class, 7L),
        Arguments.of(7L, Object.class, 7L),
        Arguments.of(true, boolean.class, true),
        Arguments.of("x", char.class, 'x'),
        Arguments.of("text", String.class, "text"),
        Arguments.of("text", CharSequence.class, "text"),
        Arguments.of(null, Integer.class, null),
        Arguments.of(null, String.class, null));
  }

  private static Stream<Arguments> containers() {
    return Stream.of(
        Arguments.of(List.of(1L, "a"), List.class, List.of(1L, "a")),
        Arguments.of(List.of(1L, 2L), of(new TypeOf<List<Integer>>() {}), List.of(1, 2)),
        Arguments.of(
            Arrays.asList(1L, null), of(new TypeOf<List<Integer>>() {}), Arrays.asList(1, null)),
        Arguments.of(List.of(1L), of(new TypeOf<Collection<Double>>() {}), List.of(1.0)),
        Arguments.of(List.of(1L), of(new TypeOf<Iterable<Short>>() {}), List.of((short) 1)),
        Arguments.of(
            List.of(List.of(1L), List.of()),
            of(new TypeOf<List<List<Integer>>>() {}),
            List.of(List.of(1), List.of())),
        Arguments.of(List.of(1L, 1L), of(new TypeOf<Set<Integer>>() {}), Set.of(1)),
        Arguments.of(List.of(1L, 2L), int[].class, new int[] {1, 2}),
        Arguments.of(List.of("a"), String[].class, new String[] {"a"}),
        Arguments.of(Map.of("a", 1L), Map.class, Map.of("a", 1L)),
        Arguments.of(Map.of("a", 1L), of(new TypeOf<Map<String, Integer>>() {}), Map.of("a", 1)),
        Arguments.of(Map.of("1", 1L), of(new TypeOf<Map<Integer, Long>>() {}), Map.of(1, 1L)),
        Arguments.of(
            Map.of("RED", List.of(1L)),
            of(new TypeOf<Map<Colour, List<Integer>>>() {}),
            Map.of(Colour.RED, List.of(1))),
        Arguments.of(List.of("a"), of(new TypeOf<List<?>>() {}), List.of("a")),
        Arguments.of(List.of(1L), of(new TypeOf<List<? extends Integer>>() {}), List.of(1)));
  }

  private static Stream<Arguments> typed() {
    byte[] bytes = {1, 2};
    return Stream.of(
        Arguments.of(bytes, byte[].class, bytes),
        Arguments.of(WHEN, OffsetDateTime.class, WHEN),
        Arguments.of(WHEN, Instant.class, WHEN.toInstant()),
        Arguments.of("2030-01-02T03:04:05+02:00", Instant.class, WHEN.toInstant()),
        Arguments.of(
            LocalDateTime.of(2030, 1, 2, 3, 4),
            LocalDateTime.class,
            LocalDateTime.of(2030, 1, 2, 3, 4)),
        Arguments.of("2030-01-02", LocalDate.class, LocalDate.of(2030, 1, 2)),
        Arguments.of(LocalTime.NOON, LocalTime.class, LocalTime.NOON),
        Arguments.of(ID, UUID.class, ID),
        Arguments.of(ID.toString(), UUID.class, ID),
        Arguments.of(new BigDecimal("1.50"), BigDecimal.class, new BigDecimal("1.50")));
  }

  private static Stream<Arguments> classes() {
    Map<String, Object> line = Map.of("sku", "a", "count", 2L);
    return Stream.of(
        Arguments.of("GREEN", Colour.class, Colour.GREEN),
        Arguments.of("MONDAY", DayOfWeek.class, DayOfWeek.MONDAY),
        Arguments.of(line, Line.class, new Line("a", 2)),
        Arguments.of(new Line("a", 2), Line.class, new Line("a", 2)),
        Arguments.of(Map.of("sku", "a", "count", 2L, "more", true), Line.class, new Line("a", 2)),
        Arguments.of(List.of(line), of(new TypeOf<List<Line>>() {}), List.of(new Line("a", 2))),
        Arguments.of(
            Map.of("a", line),
            of(new TypeOf<Map<String, Line>>() {}),
            Map.of("a", new Line("a", 2))),
        Arguments.of(
            Map.of("line", line, "at", WHEN),
            Placed.class,
            new Placed(new Line("a", 2), WHEN.toInstant())),
        Arguments.of(
            Map.of("content", line), of(new TypeOf<Box<Line>>() {}), new Box<>(new Line("a", 2))),
        Arguments.of(line, of(new TypeOf<Optional<Line>>() {}), Optional.of(new Line("a", 2))),
        Arguments.of(null, of(new TypeOf<Optional<Line>>() {}), Optional.empty()),
        Arguments.of(Optional.of(1), of(new TypeOf<Optional<Integer>>() {}), Optional.of(1)));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("unfitting")
  void whatDoesNotFitIsRefused(Object value, Type type, String reason) {
    assertThatThrownBy(() -> type(type).convert(value))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(reason);
  }

  static Stream<Arguments> unfitting() {
    return Stream.of(
        Arguments.of(1L << 31, int.class, "2147483648 is out of the range of int"),
        Arguments.of(HUGE, int.class, "a number of 71 bits is out of the range of int"),
        Arguments.of(HUGE, long.class, "a number of 71 bits is out of the range of long"),
        Arguments.of(1L << 15, short.class, "32768 is out of the range of short"),
        Arguments.of(128L, byte.class, "128 is out of the range of byte"),
        Arguments.of(1e300, float.class, "out of the range of float"),
        Arguments.of(1.5, int.class, "1.5"),
        Arguments.of("7", int.class, "7"),
        Arguments.of("true", boolean.class, "true"),
        Arguments.of(1L, boolean.class, "boolean"),
        Arguments.of(null, int.class, "must not be null"),
        Arguments.of(null, boolean.class, "must not be null"),
        Arguments.of("BLUE", Colour.class, "BLUE"),
        Arguments.of("text", Line.class, "Line"),
        Arguments.of(List.of("a"), of(new TypeOf<List<Integer>>() {}), "[0]"),
        Arguments.of(
            List.of(Map.of("sku", "a", "count", "b")),
            of(new TypeOf<List<Line>>() {}),
            "[0].count"),
        Arguments.of(Map.of("a", 1L), List.class, "List"),
        Arguments.of("no id", UUID.class, "UUID"),
        Arguments.of("2030-01-02T03:04:05", Instant.class, "offset"));
  }

  @Test
  void listsAndMapsThatFitAlreadyArePassedOnAsTheyAre() {
    List<String> list = List.of("a", "b");
    Map<String, Object> map = Map.of("a", 1L);

    assertThat(type(of(new TypeOf<List<String>>() {})).convert(list)).isSameAs(list);
    assertThat(type(of(new TypeOf<Map<String, Object>>() {})).convert(map)).isSameAs(map);
  }

  @Test
  void aConvertedMapKeepsItsOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", 1L);
    map.put("a", 2L);

    Object converted = type(of(new TypeOf<Map<String, Integer>>() {})).convert(map);

    assertThat(converted).hasToString("{z=1, a=2}");
  }

  @Test
  void aTypeIsShownAsAProgrammerWritesIt() {
    assertThat(type(of(new TypeOf<Map<String, List<Line>>>() {})))
        .hasToString("Map<String, List<Line>>");
    assertThat(type(of(new TypeOf<Optional<int[]>>() {}))).hasToString("Optional<int[]>");
  }

  @Property
  void aLongBecomesAnIntOrIsRefused(@ForAll long value) {
    if (value == (int) value) {
      assertThat(type(int.class).convert(value)).isEqualTo((int) value);
    } else {
      assertThatThrownBy(() -> type(int.class).convert(value)).isInstanceOf(DecodeException.class);
    }
  }

  @Property
  void listsOfNumbersAreConvertedElementByElement(@ForAll List<Integer> values) {
    List<Long> decoded = values.stream().map(Integer::longValue).toList();

    assertThat(type(of(new TypeOf<List<Integer>>() {})).convert(decoded)).isEqualTo(values);
  }

  private static ParameterType type(Type type) {
    return new ParameterType(
        TypeFactory.defaultInstance().constructType(type), SerializerRegistry.standard());
  }

  private static Type of(TypeOf<?> type) {
    ParameterizedType subclassed = (ParameterizedType) type.getClass().getGenericSuperclass();
    return subclassed.getActualTypeArguments()[0];
  }

  /** A subclass of it is how a generic type is written down. */
  private abstract static class TypeOf<T> {}
}
