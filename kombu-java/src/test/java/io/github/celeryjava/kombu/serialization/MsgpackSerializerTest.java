package io.github.celeryjava.kombu.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MsgpackSerializerTest {

  private final MsgpackSerializer msgpack =
      new MsgpackSerializer(ReadLimits.defaults(), JsonSerializer.standard());

  enum Colour {
    RED
  }

  record Line(String product, int count, byte[] token) {}

  record Holder(Object value) {}

  @Test
  void recordsEnumsAndArraysTravelAsMapsTextAndLists() {
    Line line = new Line("tea", 2, new byte[] {-1});

    Object decoded =
        msgpack.decode(
            msgpack.encode(
                List.of(
                    line,
                    Colour.RED,
                    new int[] {1, 2},
                    new Object[] {"a"},
                    new ArrayDeque<>(List.of(3)),
                    (short) 4,
                    'c',
                    1.5f,
                    Map.of(Colour.RED, 5))));

    assertThat(decoded)
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                Map.of("product", "tea", "count", 2L, "token", new byte[] {-1}),
                "RED",
                List.of(1L, 2L),
                List.of("a"),
                List.of(3L),
                4L,
                "c",
                1.5,
                Map.of("RED", 5L)));
  }

  @Test
  void aBufferIsBytesFromItsPositionOnAndStaysWhereItIs() {
    ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3}).position(1);

    assertThat(msgpack.decode(msgpack.encode(buffer))).isEqualTo(new byte[] {2, 3});
    assertThat(buffer.remaining()).isEqualTo(2);
  }

  @SuppressWarnings("JavaUtilDate") // applications still have them
  static Stream<Arguments> unencodable() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    Map<Object, Object> circle = new LinkedHashMap<>();
    circle.put("in", circle);
    return Stream.of(
        Arguments.of(Set.of(1), "$", "a set has no form in msgpack; send a list"),
        Arguments.of(
            List.of(1, Map.of("k", List.of(LocalDate.EPOCH))),
            "$[1].k[0]",
            "msgpack has no form for java.time.LocalDate; send text"),
        Arguments.of(new BigDecimal("1.5"), "$", "no form for java.math.BigDecimal"),
        Arguments.of(new UUID(1, 2), "$", "no form for java.util.UUID"),
        Arguments.of(ZonedDateTime.now(), "$", "no form for java.time.ZonedDateTime"),
        Arguments.of(new Date(), "$", "no form for java.util.Date"),
        Arguments.of(Duration.ZERO, "$", "java.time.Duration"),
        Arguments.of(new Object(), "$", "No serializer found for class java.lang.Object"),
        Arguments.of(
            new Holder(List.of(new Holder(new Object()))), "$", "(in its .value[0].value)"),
        Arguments.of(new Holder(new BigDecimal("1.5")), "$.value", "java.math.BigDecimal"),
        Arguments.of(Map.of(7, 1), "$.7", "keys of a map cannot be java.lang.Integer"),
        Arguments.of("\uD800", "$", "no form in utf-8"),
        Arguments.of(endless, "$[0][0]", "deeper than 512 levels"),
        Arguments.of(circle, "$.in.in", "deeper than 512 levels"));
  }

  @ParameterizedTest
  @MethodSource("unencodable")
  void namesThePathToAValueThatHasNoForm(Object value, String path, String reason) {
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> msgpack.encode(value))
        .withMessageStartingWith("cannot encode the value at " + path)
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "'', cut off",
    "92 01, cut off",
    "a5 61, cut off",
    "db 7fffffff 61, cut off",
    "db ffffffff, larger than a body can be",
    "c6 7fffffff 61, cut off",
    "dd 7fffffff c0, cut off",
    "df 7fffffff c0, cut off",
    "c9 7fffffff 05, cut off",
    "c1, never_used",
    "c0 c0, there is more after the first value",
    "a1 ff, text is not utf-8",
    "a3 eda080, text is not utf-8",
    "81 01 01, neither text nor bytes",
    "81 90 01, neither text nor bytes",
    "81 c0 01, neither text nor bytes",
    "d4 fe 00, extension -2 is not known",
    "d4 ff 00, Timestamp"
  })
  void saysWhatIsWrongWithABodyAndWhere(String hex, String reason) {
    byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> msgpack.decode(body))
        .withMessageStartingWith("cannot decode msgpack: ")
        .withMessageContaining(", at byte ")
        .satisfies(e -> assertThat(e.getMessage()).containsIgnoringCase(reason));
  }

  @Test
  void keepsTheLastOfTwoEqualKeys() {
    assertThat(msgpack.decode(HexFormat.of().parseHex("82a16101a16102")))
        .isEqualTo(Map.of("a", 2L));
  }

  @Test
  void readsFloatsOfOldSendersAsDoubles() {
    assertThat(msgpack.decode(HexFormat.of().parseHex("ca3fc00000"))).isEqualTo(1.5);
  }

  @Test
  void readsAndWritesAsDeepAsItIsAllowedTo() {
    MsgpackSerializer shallow =
        new MsgpackSerializer(ReadLimits.defaults().withMaxDepth(3), JsonSerializer.standard());
    Object three = List.of(List.of(Map.of("a", 1L)));

    assertThat(shallow.decode(shallow.encode(three))).isEqualTo(three);
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> shallow.encode(List.of(three)));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> shallow.decode(msgpack.encode(List.of(three))));
  }

  @Test
  void extensionsBelongToTheApplicationFromZeroTo127() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MsgpackExtension(-1, new byte[0]))
        .withMessage("code must be 0 to 127, was -1");
    assertThatIllegalArgumentException().isThrownBy(() -> new MsgpackExtension(128, new byte[0]));
    assertThat(new MsgpackExtension(5, new byte[] {1}))
        .isEqualTo(new MsgpackExtension(5, new byte[] {1}))
        .hasSameHashCodeAs(new MsgpackExtension(5, new byte[] {1}))
        .isNotEqualTo(new MsgpackExtension(6, new byte[] {1}))
        .isNotEqualTo(new MsgpackExtension(5, new byte[] {2}))
        .hasToString("MsgpackExtension[code=5, 1 bytes]");
  }
}
