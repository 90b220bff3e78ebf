package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SerializerRegistryTest {

  private static final byte[] BYTES = {(byte) 0xff, 0};

  private final SerializerRegistry registry = SerializerRegistry.standard();
  private final AcceptList json = registry.accept(List.of("json"));
  private final AcceptList everything = registry.accept(null);

  /** Upper-case text, to tell it from what is built in. */
  record Shouting(String name, String contentType) implements Serializer {

    @Override
    public byte[] encode(Object body) {
      return body.toString().toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8);
    }

    @Override
    public Object decode(byte[] body) {
      return new String(body, UTF_8).toLowerCase(java.util.Locale.ROOT);
    }
  }

  record Order(String id, byte[] token, List<Integer> parts) {}

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of(BYTES, null, null, null, "application/data", "binary", BYTES),
        Arguments.of("h\u00e9", null, null, null, "text/plain", "utf-8", "h\u00e9".getBytes(UTF_8)),
        Arguments.of(
            Map.of("a", 1), null, null, null, "application/json", "utf-8", ascii("{\"a\":1}")),
        Arguments.of(null, null, null, null, "application/json", "utf-8", ascii("null")),
        Arguments.of("a", "json", null, null, "application/json", "utf-8", ascii("\"a\"")),
        Arguments.of("a", "raw", null, null, "application/data", "utf-8", ascii("a")),
        Arguments.of(BYTES, "raw", null, null, "application/data", "binary", BYTES),
        Arguments.of("a", "json", "text/x", null, "text/x", "utf-8", ascii("a")),
        Arguments.of(
            "h\u00e9",
            null,
            "text/x",
            "latin-1",
            "text/x",
            "latin-1",
            "h\u00e9".getBytes(ISO_8859_1)),
        Arguments.of(BYTES, null, "image/x", null, "image/x", "binary", BYTES),
        Arguments.of(BYTES, "json", "image/x", "utf-8", "image/x", "utf-8", BYTES));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void encodesABodyByWhatItIsAndWhatTheSenderSays(
      Object body,
      String serializer,
      String contentType,
      String contentEncoding,
      String expectedType,
      String expectedEncoding,
      byte[] expectedBytes) {
    Encoded encoded = registry.encode(body, serializer, contentType, contentEncoding);

    assertThat(encoded.contentType()).isEqualTo(expectedType);
    assertThat(encoded.contentEncoding()).isEqualTo(expectedEncoding);
    assertThat(encoded.body()).isEqualTo(expectedBytes);
  }

  @Test
  void textThatItsCharsetLacksIsRefused() {
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> registry.encode("\u20ac", null, "text/x", "us-ascii"))
        .withMessageContaining("no form in us-ascii");
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> registry.encode("\uD800", null, null, null))
        .withMessageContaining("no form in utf-8");
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> registry.encode("a", null, "text/x", "klingon"))
        .withMessageContaining("unknown content encoding klingon");
  }

  @Test
  void onlyTextAndBytesGoWithoutASerializer() {
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> registry.encode(Map.of(), null, "text/x", null))
        .withMessageContaining("must be text or bytes")
        .withMessageContaining("Map");
    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> registry.encode(null, "raw", null, null))
        .withMessageContaining("was null");
  }

  @Test
  void anUnknownSerializerIsAnErrorThatNamesTheNearest() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> registry.encode("a", "jsno", null, null))
        .withMessage("no serializer is called jsno; did you mean json?");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> registry.accept(List.of("protobuf")))
        .withMessageContaining("known are [json, msgpack, pickle, yaml]");
  }

  @Test
  void pickleIsRefusedForSendingAcceptingAndEnabling() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> registry.encode("a", "pickle", null, null))
        .withMessageContaining("runs code that the message names");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> registry.accept(Set.of("json", "pickle")));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> registry.accept(Set.of("application/x-python-serialize")));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> SerializerRegistry.builder().enable("application/x-python-serialize"));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json,                  true",
    "application/data,                  true",
    "application/text,                  true",
    ",                                  true",
    "text/plain,                        false",
    "application/json; charset=utf-8,   false",
    "Application/JSON,                  false",
    "application/x-python-serialize,    false"
  })
  void anAcceptListTakesItsTypesExactlyAndPlainDataAlways(String type, boolean accepted) {
    assertThat(json.accepts(type)).isEqualTo(accepted);
  }

  @Test
  void anEmptyAcceptListTakesPlainDataOnly() {
    AcceptList nothing = registry.accept(List.of());

    assertThat(nothing.accepts("application/json")).isFalse();
    assertThat(nothing.accepts("application/data")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json,                true",
    "text/plain,                      true",
    "application/unheard-of,          true",
    "application/x-python-serialize,  false",
    "application/x-yaml,              false",
    "application/x-msgpack,           false"
  })
  void noAcceptListTakesEverythingThatIsNotDisabled(String type, boolean accepted) {
    assertThat(everything.accepts(type)).isEqualTo(accepted);
  }

  @Test
  void aRefusalSaysWhatIsAcceptedAndLooksAtNoByte() {
    assertThatExceptionOfType(ContentDisallowedException.class)
        .isThrownBy(() -> registry.decode(BYTES, "text/plain", "utf-8", json))
        .withMessage(
            "refusing untrusted content of type text/plain;"
                + " accepted are plain data and [application/json]");
    assertThatExceptionOfType(ContentDisallowedException.class)
        .isThrownBy(() -> registry.decode(new byte[0], "application/x-yaml", null, everything))
        .withMessageContaining("refusing disabled content of type application/x-yaml");
  }

  static Stream<Arguments> decodings() {
    return Stream.of(
        Arguments.of(ascii("{\"a\":1}"), "application/json", "utf-8", Map.of("a", 1L)),
        Arguments.of(ascii("{\"a\":1}"), "application/json", "binary", Map.of("a", 1L)),
        Arguments.of("h\u00e9".getBytes(UTF_8), "text/plain", null, "h\u00e9"),
        Arguments.of("h\u00e9".getBytes(UTF_8), "text/plain", "", "h\u00e9"),
        Arguments.of("h\u00e9".getBytes(ISO_8859_1), "text/plain", "latin-1", "h\u00e9"),
        Arguments.of("h\u00e9".getBytes(UTF_8), "text/plain", "UTF_8", "h\u00e9"),
        Arguments.of(BYTES, null, "binary", BYTES),
        Arguments.of(BYTES, "application/data", "BINARY", BYTES),
        Arguments.of(BYTES, "image/x", "ascii-8bit", BYTES),
        Arguments.of(new byte[0], "application/json", "utf-8", ""),
        Arguments.of(new byte[0], "application/json", null, ""),
        Arguments.of(new byte[0], "application/data", "binary", new byte[0]),
        Arguments.of(new byte[0], "text/plain", "klingon", new byte[0]));
  }

  @ParameterizedTest
  @MethodSource("decodings")
  void decodesByTypeAndElseByEncoding(
      byte[] body, String contentType, String contentEncoding, Object expected) {
    assertThat(registry.decode(body, contentType, contentEncoding, everything)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8bit", "klingon", "utf-8"})
  void bytesThatAreNotInTheirEncodingAreAnError(String encoding) {
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> registry.decode(BYTES, "text/plain", encoding, everything))
        .withMessageContaining(encoding);
  }

  @Test
  void aBodyBeyondTheSizeLimitIsNotDecoded() {
    SerializerRegistry small =
        SerializerRegistry.builder().limits(ReadLimits.defaults().withMaxBodyBytes(4)).build();

    assertThat(small.decode(ascii("[10]"), "application/json", "utf-8", json))
        .isEqualTo(List.of(10L));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> small.decode(ascii("[100]"), "application/json", "utf-8", json))
        .withMessage("a body of 5 bytes is larger than the limit of 4");
  }

  @Test
  void jsonGoesAsDeepAsTheLimitsAllow() {
    SerializerRegistry shallow =
        SerializerRegistry.builder().limits(ReadLimits.defaults().withMaxDepth(2)).build();
    SerializerRegistry deeper =
        shallow.toBuilder().limits(ReadLimits.defaults().withMaxDepth(3)).build();

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> shallow.decode(ascii("[[[]]]"), "application/json", null, json));
    assertThat(deeper.decode(ascii("[[[]]]"), "application/json", null, json))
        .isEqualTo(List.of(List.of(List.of())));
  }

  @Test
  void decodesIntoAJavaTypeWithTheSameChecks() {
    assertThat(registry.decode(ascii("7"), "application/json", null, json, int.class)).isEqualTo(7);
    assertThat(registry.decode(ascii("7"), "text/plain", null, everything, String.class))
        .isEqualTo("7");
    assertThat(registry.decode(BYTES, null, "binary", json, byte[].class)).isEqualTo(BYTES);
    assertThatExceptionOfType(ContentDisallowedException.class)
        .isThrownBy(() -> registry.decode(ascii("7"), "text/plain", null, json, int.class));
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> registry.decode(new byte[0], "application/json", null, json, Map.class));
  }

  @Test
  void anOwnSerializerIsUsedByNameAndByType() {
    SerializerRegistry own =
        registry.toBuilder().register(new Shouting("shout", "text/x-shout")).build();

    Encoded encoded = own.encode("hello", "shout", null, null);

    assertThat(encoded.contentType()).isEqualTo("text/x-shout");
    assertThat(encoded.body()).isEqualTo(ascii("HELLO"));
    assertThat(own.decode(ascii("HELLO"), "text/x-shout", null, own.accept(List.of("shout"))))
        .isEqualTo("hello");
    assertThat(registry.decode(ascii("HELLO"), "text/x-shout", null, everything))
        .isEqualTo("HELLO");
  }

  @Test
  void anOwnSerializerCanTakeThePlaceOfABuiltInOne() {
    SerializerRegistry own =
        registry.toBuilder()
            .register(new Shouting("yaml", "application/x-yaml"))
            .defaultSerializer("yaml")
            .build();

    assertThat(own.encode(List.of("a"), null, null, null).body()).isEqualTo(ascii("[A]"));
    assertThat(own.accept(null).accepts("application/x-yaml")).isTrue();
  }

  @Test
  void aDisabledSerializerStillSends() {
    SerializerRegistry own = registry.toBuilder().disable("json").build();

    assertThat(own.encode(List.of(), null, null, null).body()).isEqualTo(ascii("[]"));
    assertThat(own.accept(null).accepts("application/json")).isFalse();
    assertThat(own.toBuilder().enable("json").build().accept(null).accepts("application/json"))
        .isTrue();
  }

  @Test
  void anUnregisteredSerializerLeavesTextBehind() {
    SerializerRegistry own =
        registry.toBuilder()
            .register(new Shouting("shout", "text/x-shout"))
            .defaultSerializer("shout")
            .unregister("json")
            .build();

    assertThat(own.decode(ascii("[]"), "application/json", null, own.accept(null))).isEqualTo("[]");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> own.encode(1, "json", null, null));
  }

  @Test
  void contradictionsAreFoundWhenTheRegistryIsBuilt() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> SerializerRegistry.builder().defaultSerializer("xml").build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SerializerRegistry.builder().register(new Shouting("raw", "a/b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SerializerRegistry.builder().register(new Shouting("a/b", "a/b")));
  }

  /** Goes deeper than any stack. */
  record Endless(String name, String contentType) implements Serializer {

    @Override
    public byte[] encode(Object body) {
      return (byte[]) decode(new byte[0]);
    }

    @Override
    public Object decode(byte[] body) {
      return encode(body);
    }
  }

  @Test
  void aValueDeeperThanTheStackIsAnErrorOfOurs() {
    SerializerRegistry own = registry.toBuilder().register(new Endless("endless", "a/b")).build();

    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> own.encode(1, "endless", null, null))
        .withMessageContaining("deeper than the stack of this thread");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> own.decode(BYTES, "a/b", null, own.acceptAll()))
        .withMessageContaining("deeper than the stack of this thread");
  }

  @Test
  void whateverASerializerThrowsIsAnErrorOfOurs() {
    SerializerRegistry own =
        registry.toBuilder().register(new Shouting("shout", "text/x-shout")).build();

    assertThatExceptionOfType(EncodeException.class)
        .isThrownBy(() -> own.encode(null, "shout", null, null))
        .withMessageStartingWith("shout cannot encode");
  }

  @Test
  void messagePackAndYamlAreThereAndReadWhereTheyAreAccepted() {
    for (String name : List.of("msgpack", "yaml")) {
      Encoded encoded = registry.encode(Map.of("a", List.of(1, "two")), name, null, null);

      Object decoded =
          registry.decode(
              encoded.body(),
              encoded.contentType(),
              encoded.contentEncoding(),
              registry.accept(List.of(name)));

      assertThat(decoded).as(name).isEqualTo(Map.of("a", List.of(1L, "two")));
      assertThatExceptionOfType(ContentDisallowedException.class)
          .isThrownBy(
              () ->
                  registry.decode(
                      encoded.body(),
                      encoded.contentType(),
                      encoded.contentEncoding(),
                      everything));
    }
  }

  @Test
  void everyFormatIsDecodedIntoAJavaType() {
    Order order = new Order("tea", new byte[] {1}, List.of(1, 2));

    for (String name : List.of("json", "msgpack", "yaml")) {
      Encoded encoded = registry.encode(order, name, null, null);
      Object decoded =
          registry.decode(
              encoded.body(),
              encoded.contentType(),
              encoded.contentEncoding(),
              registry.acceptAll(),
              Order.class);

      assertThat(decoded).as(name).usingRecursiveComparison().isEqualTo(order);
    }
  }

  @Test
  void aReaderOfEverythingTakesWhatIsDisabledButNotWhatIsRefused() {
    AcceptList all = registry.acceptAll();

    assertThat(registry.decode(ascii("a: 1"), "application/x-yaml", "utf-8", all))
        .isEqualTo(Map.of("a", 1L));
    assertThatExceptionOfType(ContentDisallowedException.class)
        .isThrownBy(() -> registry.decode(BYTES, "application/x-python-serialize", null, all))
        .withMessageContaining("pickle is refused");
  }

  @Test
  void kombusBulkSwitchesOpenAndCloseAllButSome() {
    SerializerRegistry open = registry.toBuilder().enableInsecureSerializers().build();
    SerializerRegistry closed =
        open.toBuilder().disableInsecureSerializers(List.of("application/x-yaml")).build();

    assertThat(open.accept(null).accepts("application/x-msgpack")).isTrue();
    assertThat(open.accept(null).accepts("application/x-yaml")).isTrue();
    assertThat(open.accept(null).accepts("application/x-python-serialize")).isFalse();
    assertThat(closed.accept(null).accepts("application/x-yaml")).isTrue();
    assertThat(closed.accept(null).accepts("application/x-msgpack")).isFalse();
    assertThat(closed.accept(null).accepts("application/json")).isFalse();
    assertThat(closed.accept(null).accepts("text/plain")).isTrue();
  }

  @Test
  void theLimitsHoldForAllBuiltInFormats() {
    SerializerRegistry shallow =
        SerializerRegistry.builder().limits(ReadLimits.defaults().withMaxDepth(2)).build();
    AcceptList all = shallow.acceptAll();

    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(() -> shallow.decode(ascii("[[[]]]"), "application/x-yaml", null, all))
        .withMessageContaining("deeper than 2");
    assertThatExceptionOfType(DecodeException.class)
        .isThrownBy(
            () ->
                shallow.decode(
                    new byte[] {(byte) 0x91, (byte) 0x91, (byte) 0x90},
                    "application/x-msgpack",
                    null,
                    all))
        .withMessageContaining("deeper than 2");
  }

  @Test
  void typesAndNamesAreLookedUpBothWays() {
    assertThat(registry.contentType("msgpack")).isEqualTo("application/x-msgpack");
    assertThat(registry.contentType("text/plain")).isEqualTo("text/plain");
    assertThat(registry.name("application/x-msgpack")).contains("msgpack");
    assertThat(registry.name("text/plain")).isEmpty();
  }

  @Test
  void namesThatNobodyRegisteredAreErrorsInEverySwitch() {
    SerializerRegistryBuilder builder = registry.toBuilder();

    for (ThrowingCallable change :
        List.<ThrowingCallable>of(
            () -> builder.enable("jsno"),
            () -> builder.disable("jsno"),
            () -> builder.unregister("jsno"))) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(change)
          .withMessage("no serializer is called jsno; did you mean json?");
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(UTF_8);
  }
}
