package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonSerializerTest {

  private final JsonSerializer json = JsonSerializer.standard();

  record Money(BigDecimal amount, String currency) implements ToJson {

    @Override
    public Object toJson() {
      return amount.toPlainString() + " " + currency;
    }
  }

  record Price(String productName, Money money) {}

  /** Says what it is told to. */
  record Said(@Nullable Object value) implements ToJson {

    @Override
    public @Nullable Object toJson() {
      return value;
    }
  }

  record Failing() implements ToJson {

    @Override
    public Object toJson() {
      throw new IllegalStateException("nothing to say");
    }
  }

  @Test
  void aClassThatSaysWhatItIsIsWrittenAsThatWhereverItStands() {
    Money nok = new Money(new BigDecimal("9.90"), "NOK");

    assertThat(encoded(json, nok)).isEqualTo("\"9.90 NOK\"");
    assertThat(encoded(json, List.of(nok, Map.of("price", nok))))
        .isEqualTo("[\"9.90 NOK\",{\"price\":\"9.90 NOK\"}]");
    assertThat(encoded(json, new Price("tea", nok)))
        .isEqualTo("{\"productName\":\"tea\",\"money\":\"9.90 NOK\"}");
  }

  @Test
  void whatItSaysMayBeTypedOrNothingOrSayMore() {
    List<Object> values =
        Arrays.asList(
            new Said(null),
            new Said(new BigDecimal("1.5")),
            new Said(new Said(List.of(new Said(7)))));

    assertThat(encoded(json, values))
        .isEqualTo("[null,{\"__type__\":\"decimal\",\"__value__\":\"1.5\"},[7]]");
  }

  @Test
  void whatItSaysCountsBeforeRegisteredTypes() {
    JsonSerializer own =
        JsonSerializer.builder()
            .type(Money.class, "money", Money::currency, value -> new Money(BigDecimal.ONE, "NOK"))
            .transformation(Record.class, record -> "a record")
            .build();

    assertThat(encoded(own, new Money(BigDecimal.ONE, "NOK"))).isEqualTo("\"1 NOK\"");
    assertThat(encoded(own, new Price("tea", new Money(BigDecimal.ONE, "NOK"))))
        .isEqualTo("\"a record\"");
  }

  @Test
  void whatItThrowsIsAnErrorOfOursWithThePath() {
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> json.encode(List.of(new Failing())))
        .withMessage("cannot encode the value at $[0]: nothing to say");
  }

  @Test
  void aMapperOfTheApplicationNamesTheFieldsInEveryFormat() {
    JsonSerializer own =
        JsonSerializer.builder()
            .mapper(
                JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .build())
            .build();
    SerializerRegistry registry = SerializerRegistry.builder().register(own).build();
    Price price = new Price("tea", new Money(BigDecimal.ONE, "NOK"));

    Encoded yaml = registry.encode(price, "yaml", null, null);

    assertThat(encoded(own, price)).startsWith("{\"product_name\":\"tea\"");
    assertThat(new String(yaml.body(), UTF_8)).isEqualTo("money: 1 NOK\nproduct_name: tea\n");
  }

  private static String encoded(JsonSerializer json, @Nullable Object value) {
    return new String(json.encode(value), UTF_8);
  }
}
