package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTypesMapperTest {

  private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
  private static final OffsetDateTime AWARE = OffsetDateTime.parse("2031-07-09T08:05:06Z");

  private final JsonTypes json = JsonTypes.standard();

  record Order(
      UUID id, Instant placed, BigDecimal total, List<Line> lines, Map<String, Object> notes) {}

  record Line(String product, int count) {}

  record Money(BigDecimal amount, String currency) {}

  @Test
  void recordsCarryTypedValuesAndComeBackEqual() {
    Order order =
        new Order(
            ID,
            AWARE.toInstant(),
            new BigDecimal("1.123456789012345678901"),
            List.of(new Line("tea", 2)),
            Map.of("due", LocalDate.of(2031, 7, 9), "n", 7L));

    byte[] wire = json.encode(List.of(order));

    assertThat(new String(wire, UTF_8))
        .contains(
            "\"placed\":{\"__type__\":\"datetime\",\"__value__\":\"2031-07-09T08:05:06+00:00\"}")
        .contains("\"total\":{\"__type__\":\"decimal\",");
    assertThat(json.decode(wire, listOf(Order.class))).isEqualTo(List.of(order));
    assertThat(json.convert(json.decode(wire), listOf(Order.class))).isEqualTo(List.of(order));
  }

  @Test
  void recordsAreReadFromThePlainStringsOfOldPeersToo() {
    Order order =
        (Order)
            json.decode(
                ("{\"id\":\""
                        + ID
                        + "\",\"placed\":\"2031-07-09T08:05:06Z\",\"total\":1.50,"
                        + "\"lines\":null,\"unknown\":1}")
                    .getBytes(UTF_8),
                Order.class);

    assertThat(order)
        .isEqualTo(new Order(ID, AWARE.toInstant(), new BigDecimal("1.50"), null, null));
  }

  static Stream<Arguments> conversions() {
    LocalDateTime naive = LocalDateTime.of(2031, 7, 9, 0, 0);
    return Stream.of(
        Arguments.of(AWARE, Instant.class, AWARE.toInstant()),
        Arguments.of(AWARE, ZonedDateTime.class, AWARE.toZonedDateTime()),
        Arguments.of(AWARE, Date.class, Date.from(AWARE.toInstant())),
        Arguments.of("2031-07-09T08:05:06Z", OffsetDateTime.class, AWARE),
        Arguments.of(naive, LocalDate.class, naive.toLocalDate()),
        Arguments.of("2031-07-09T00:00:00", LocalDate.class, naive.toLocalDate()),
        Arguments.of("2031-07-09", LocalDateTime.class, naive),
        Arguments.of("08:05:00", LocalTime.class, LocalTime.of(8, 5)),
        Arguments.of("08:05:00+00:00", OffsetTime.class, OffsetTime.of(8, 5, 0, 0, ZoneOffset.UTC)),
        Arguments.of("12.50", BigDecimal.class, new BigDecimal("12.50")),
        Arguments.of(7L, BigDecimal.class, new BigDecimal(7)),
        Arguments.of(ID.toString(), UUID.class, ID),
        Arguments.of("/wA=", byte[].class, new byte[] {-1, 0}),
        Arguments.of(7L, int.class, 7),
        Arguments.of(7L, Short.class, (short) 7),
        Arguments.of(7L, byte.class, (byte) 7),
        Arguments.of(7L, double.class, 7.0),
        Arguments.of(1.5, float.class, 1.5f),
        Arguments.of(new BigDecimal("1.5"), double.class, 1.5),
        Arguments.of(true, boolean.class, true),
        Arguments.of(7L, Object.class, 7L),
        Arguments.of(null, String.class, null));
  }

  @ParameterizedTest
  @MethodSource("conversions")
  void decodedValuesBecomeNearRelativesOnDemand(Object value, Type type, Object expected) {
    assertThat(json.convert(value, type)).isEqualTo(expected);
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        Arguments.of(1L << 40, int.class, "out of range"),
        Arguments.of(1.5, int.class, "Floating-point"),
        Arguments.of("7", int.class, "String"),
        Arguments.of(null, int.class, "null"),
        Arguments.of(LocalDateTime.of(2031, 7, 9, 0, 0), Instant.class, "no offset"),
        Arguments.of(AWARE, LocalDateTime.class, "has an offset"),
        Arguments.of(LocalDateTime.of(2031, 7, 9, 0, 1), LocalDate.class, "expected"),
        Arguments.of("soon", LocalDate.class, "ISO 8601"),
        Arguments.of(1.5, UUID.class, "expected java.util.UUID, found java.lang.Double"),
        Arguments.of(
            List.of(Map.of("product", 1L, "count", "x")), listOf(Line.class), "$[0].count"),
        Arguments.of(Map.of("product", "tea"), Line.class, "$.count"));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void nothingIsGuessedWhenAValueDoesNotFit(Object value, Type type, String reason) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> json.convert(value, type))
        .withMessageContaining("cannot make " + type.getTypeName())
        .withMessageContaining(reason);
  }

  @Test
  void aTypedReadNamesThePathToWhatDoesNotFit() {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(
            () -> json.decode("[{\"product\":\"tea\"}]".getBytes(UTF_8), listOf(Line.class)))
        .withMessageContaining("$[0].count");
  }

  @Test
  void anOwnMapperServesRecordsAndStaysUntouched() {
    ObjectMapper own =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
            .build();
    JsonTypes types = JsonTypes.builder().mapper(own).build();

    byte[] wire = types.encode(Map.of("at", AWARE, "line", new Line("tea", 2)));

    assertThat(new String(wire, UTF_8))
        .contains("{\"Product\":\"tea\",\"Count\":2}")
        .contains("\"__type__\":\"datetime\"");
    assertThat(own.getRegisteredModuleIds()).isEmpty();
  }

  @Test
  void aMapperThatWouldLoadClassesByNameIsRefused() {
    ObjectMapper polymorphic =
        new ObjectMapper()
            .activateDefaultTyping(
                BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> JsonTypes.builder().mapper(polymorphic).build())
        .withMessageContaining("default typing");
  }

  @Test
  void ownTypesTravelUnderTheirMarkerEverywhere() {
    JsonTypes types =
        JsonTypes.builder()
            .type(
                Money.class,
                "money",
                money -> List.of(money.amount(), money.currency()),
                value -> {
                  List<?> parts = (List<?>) value;
                  return new Money((BigDecimal) parts.get(0), (String) parts.get(1));
                })
            .build();
    Money price = new Money(new BigDecimal("9.90"), "NOK");

    byte[] wire = types.encode(Map.of("price", price));

    assertThat(new String(wire, UTF_8))
        .isEqualTo(
            "{\"price\":{\"__type__\":\"money\",\"__value__\":"
                + "[{\"__type__\":\"decimal\",\"__value__\":\"9.90\"},\"NOK\"]}}");
    assertThat(types.decode(wire)).isEqualTo(Map.of("price", price));
    assertThat(types.decode(types.encode(List.of(price)), listOf(Money.class)))
        .isEqualTo(List.of(price));
    assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> json.decode(wire));
  }

  @Test
  void ofSeveralOwnTypesTheFirstThatFitsCounts() {
    JsonTypes types =
        JsonTypes.builder()
            .type(Integer[].class, "ints", array -> array.length, value -> new Integer[0])
            .transformation(Object[].class, array -> "array of " + array.length)
            .build();

    assertThat(new String(types.encode(List.of(new Integer[2], new String[3])), UTF_8))
        .isEqualTo("[{\"__type__\":\"ints\",\"__value__\":2},\"array of 3\"]");
  }

  @Test
  void aTransformationHasNoEnvelope() {
    JsonTypes types =
        JsonTypes.builder().transformation(Money.class, money -> money.amount()).build();

    assertThat(new String(types.encode(new Money(new BigDecimal("1"), "NOK")), UTF_8))
        .isEqualTo("{\"__type__\":\"decimal\",\"__value__\":\"1\"}");
  }

  @Test
  void anEncoderThatLeadsBackToItselfIsRefused() {
    JsonTypes types = JsonTypes.builder().transformation(Money.class, money -> money).build();

    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> types.encode(new Money(BigDecimal.ONE, "NOK")))
        .withMessageContaining("never leads to a plain value");
  }

  @Test
  void anEncoderMayReturnAnotherOwnType() {
    JsonTypes types =
        JsonTypes.builder()
            .transformation(Line.class, line -> new Money(BigDecimal.TEN, line.product()))
            .type(Money.class, "money", Money::currency, value -> new Money(BigDecimal.ONE, "NOK"))
            .build();

    assertThat(new String(types.encode(new Line("tea", 2)), UTF_8))
        .isEqualTo("{\"__type__\":\"money\",\"__value__\":\"tea\"}");
  }

  @Test
  void whatAnOwnDecoderThrowsIsADecodingFailure() {
    JsonTypes types =
        JsonTypes.builder()
            .type(
                Money.class,
                "money",
                money -> "x",
                value -> {
                  throw new IllegalStateException("no such currency");
                })
            .build();

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(
            () -> types.decode("[{\"__type__\":\"money\",\"__value__\":1}]".getBytes(UTF_8)))
        .withMessageContaining("$[0]")
        .withMessageContaining("no such currency");
  }

  private static Type listOf(Class<?> element) {
    Type type =
        element == Order.class
            ? new TypeReference<List<Order>>() {}.getType()
            : element == Line.class
                ? new TypeReference<List<Line>>() {}.getType()
                : new TypeReference<List<Money>>() {}.getType();
    return type;
  }
}
