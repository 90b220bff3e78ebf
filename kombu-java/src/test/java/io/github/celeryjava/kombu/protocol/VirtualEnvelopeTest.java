package io.github.celeryjava.kombu.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.protocol.VirtualEnvelope.BodyEncoding;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualEnvelopeTest {

  private static final String TAG = "7d0c3b56-0f0e-4a57-9d0f-2f6f3d1c9a11";

  @Test
  void anEnvelopeIsSpelledAsKombuSpellsIt() {
    MessageProperties properties =
        MessageProperties.builder()
            .contentType("application/json")
            .contentEncoding("utf-8")
            .correlationId("5c1f")
            .replyTo("answers")
            .deliveryMode(DeliveryMode.PERSISTENT)
            .priority(3)
            .build();

    byte[] json = encoded(properties, Map.of("trace", "k7"), "{\"city\": \"Oslo\"}");

    assertThat(new String(json, UTF_8))
        .isEqualTo(
            """
            {"body":"eyJjaXR5IjogIk9zbG8ifQ==","content-encoding":"utf-8",\
            "content-type":"application/json","headers":{"trace":"k7"},\
            "properties":{"correlation_id":"5c1f","reply_to":"answers","delivery_mode":2,\
            "priority":3,"body_encoding":"base64",\
            "delivery_tag":"7d0c3b56-0f0e-4a57-9d0f-2f6f3d1c9a11",\
            "delivery_info":{"exchange":"geo","routing_key":"city.new"}}}""");
  }

  @Test
  void everythingComesBackAsItWasSent() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "Grüße 😀");
    headers.put("count", 3);
    headers.put("large", 1L << 40);
    headers.put("half", 0.5);
    headers.put("total", new BigDecimal("1.50"));
    headers.put("nothing", null);
    headers.put("list", Arrays.asList(1, "two", null, List.of(2)));
    headers.put("map", Map.of("inner", Map.of("deep", 4)));
    MessageProperties properties =
        new MessageProperties(
            "application/json",
            "utf-8",
            DeliveryMode.TRANSIENT,
            9,
            "correlation",
            "answers",
            Duration.ofMillis(1_500),
            "id",
            Instant.ofEpochSecond(1_700_000_000L),
            "kind",
            "user",
            "app");

    VirtualEnvelope read = VirtualEnvelope.decode(encoded(properties, headers, "body"));

    assertThat(read.message().properties()).isEqualTo(properties);
    assertThat(read.message().headers()).isEqualTo(headers);
    assertThat(read.message().body()).isEqualTo("body".getBytes(UTF_8));
    assertThat(read.exchange()).isEqualTo("geo");
    assertThat(read.routingKey()).isEqualTo("city.new");
    assertThat(read.redelivered()).isFalse();
  }

  @Test
  void propertiesOfTheApplicationsOwnComeBackWithTheStandardOnes() {
    Map<String, Object> custom = new LinkedHashMap<>();
    custom.put("tenant", "acme");
    custom.put("attempt", 3);
    custom.put("path", List.of("a", "b"));
    custom.put("nothing", null);
    MessageProperties properties =
        MessageProperties.builder().priority(0).clusterId("old").custom(custom).build();

    byte[] json = encoded(properties, Map.of(), "body");

    assertThat(new String(json, UTF_8))
        .contains("\"tenant\":\"acme\",\"attempt\":3,\"path\":[\"a\",\"b\"],\"nothing\":null");
    assertThat(VirtualEnvelope.decode(json).message().properties()).isEqualTo(properties);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delivery_tag", "delivery_info", "body_encoding", "priority", "reply_to"})
  void aPropertyOfTheApplicationsOwnWithTheNameOfAnotherIsRefused(String name) {
    MessageProperties properties = MessageProperties.builder().custom(Map.of(name, "x")).build();

    assertThatThrownBy(() -> encoded(properties, Map.of(), "body"))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining(name);
  }

  @Test
  void aBodyMayBeTextWhereAnOptionSaysSo() {
    byte[] json =
        VirtualEnvelope.encode(message("{\"a\": \"ü\"}"), "", "jobs", TAG, BodyEncoding.TEXT);

    assertThat(new String(json, UTF_8)).contains("\"body\":\"{\\\"a\\\": \\\"ü\\\"}\"");
    assertThat(VirtualEnvelope.decode(json).message().body())
        .isEqualTo("{\"a\": \"ü\"}".getBytes(UTF_8));
  }

  @Test
  void aBodyThatIsToBeTextAndIsNoneIsRefused() {
    TransportMessage binary =
        new TransportMessage(
            MessageProperties.builder().build(), Map.of(), new byte[] {(byte) 0xff});

    assertThatThrownBy(() -> VirtualEnvelope.encode(binary, "", "jobs", TAG, BodyEncoding.TEXT))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining("body_encoding");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10, 255})
  @Tag("S5")
  void aPriorityThatHasNoMeaningIsRefused(int priority) {
    MessageProperties properties = MessageProperties.builder().priority(priority).build();

    assertThatThrownBy(() -> encoded(properties, Map.of(), "body"))
        .isInstanceOf(EncodeException.class)
        .hasMessageContaining("0 to 9");
  }

  @Test
  void anotherDeliveryTagTakesTheOldOnesPlace() {
    String other = "11111111-2222-4333-8444-555555555555";
    byte[] json = encoded(MessageProperties.builder().build(), Map.of("old", TAG), "body");

    byte[] retagged = VirtualEnvelope.retagged(json, TAG, other);

    assertThat(new String(retagged, UTF_8))
        .isEqualTo(
            new String(json, UTF_8)
                .replace("\"delivery_tag\":\"" + TAG, "\"delivery_tag\":\"" + other));
  }

  @Test
  void whatASenderLeavesOutIsAbsent() {
    VirtualEnvelope read = decoded("{\"body\": null, \"headers\": null}");

    assertThat(read.message().body()).isEmpty();
    assertThat(read.message().headers()).isEmpty();
    assertThat(read.message().properties()).isEqualTo(MessageProperties.builder().build());
    assertThat(read.exchange()).isNull();
    assertThat(read.routingKey()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"hello\" | null",
        "\"hello\" | \"utf-8\"",
        "\"hello\" | \"UTF-8\"",
        "\"aGVsbG8=\" | \"base64\"",
        "\"aGVs\\nbG8=\" | \"Base64\""
      })
  void aBodyIsReadInEveryEncodingThatPeersWrite(String body, String encoding) {
    VirtualEnvelope read =
        decoded("{\"body\": " + body + ", \"properties\": {\"body_encoding\": " + encoding + "}}");

    assertThat(read.message().body()).isEqualTo("hello".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"headers\": {\"redelivered\": true}}",
        "{\"properties\": {\"delivery_info\": {\"redelivered\": true}}}",
        "{\"redelivered\": true}"
      })
  void aMarkOfRedeliveryCountsWhereverAPeerPutsIt(String json) {
    assertThat(decoded(json).redelivered()).isTrue();
  }

  @Test
  void propertiesInStrangeFormsCountAsAbsentOrAreUnderstood() {
    MessageProperties read =
        decoded(
                """
                {"content-type": 7, "properties": {"priority": "4", "delivery_mode": 5,
                 "expiration": 2000, "timestamp": "soon", "type": {}, "correlation_id": 12,
                 "user_id": null, "reply_to": ["x"]}}""")
            .message()
            .properties();

    assertThat(read)
        .isEqualTo(
            MessageProperties.builder()
                .contentType("7")
                .priority(4)
                .expiration(Duration.ofSeconds(2))
                .correlationId("12")
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{",
        "{\"body\": {}}",
        "{\"body\": \"x\", \"properties\": {\"body_encoding\": \"base64\"}}",
        "{\"body\": \"x\", \"properties\": {\"body_encoding\": \"zip\"}}",
        "{\"__type__\": \"datetime\", \"__value__\": 1}"
      })
  void whatIsNoEnvelopeIsRefused(String json) {
    assertThatThrownBy(() -> decoded(json))
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("cannot decode");
  }

  @ParameterizedTest
  @CsvSource({"-5,0", "0,0", "9,9", "10,9", "255,9", "x,0", "3.7,3", "1e2,9"})
  @Tag("S5")
  void aPriorityFromAPeerIsBroughtIntoRange(String written, int priority) {
    assertThat(VirtualEnvelope.priority(written)).isEqualTo(priority);
  }

  private static VirtualEnvelope decoded(String json) {
    return VirtualEnvelope.decode(json.getBytes(UTF_8));
  }

  private static byte[] encoded(
      MessageProperties properties, Map<String, Object> headers, String body) {
    return VirtualEnvelope.encode(
        new TransportMessage(properties, headers, body.getBytes(UTF_8)),
        "geo",
        "city.new",
        TAG,
        BodyEncoding.BASE64);
  }

  private static TransportMessage message(String body) {
    return new TransportMessage(
        MessageProperties.builder().build(), Map.of(), body.getBytes(UTF_8));
  }
}
