package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.MessageProperties;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MessageDumpTest {

  @Test
  void showsTheBeginningOfABodyOnOneLine() {
    byte[] body = "a\n\\é".getBytes(StandardCharsets.UTF_8);

    assertThat(MessageDump.body(message(Map.of(), body))).isEqualTo("'a\\x0a\\x5c\\xc3\\xa9'");
  }

  @Test
  void cutsLongBodiesAndLongHeaders() {
    byte[] body = new byte[1_000_000];
    Arrays.fill(body, (byte) 'x');
    Map<String, Object> headers = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      headers.put("header" + i, "value");
    }
    Message message = message(headers, body);

    assertThat(MessageDump.body(message)).hasSizeLessThan(300).endsWith("…'");
    assertThat(MessageDump.headers(message)).hasSizeLessThan(600).endsWith("…}");
  }

  @Test
  void namesHeadersButKeepsTheirValuesToItself() {
    Message message = message(Map.of("token", "secret"), new byte[0]);

    assertThat(MessageDump.headers(message)).isEqualTo("{token}");
  }

  @Test
  void keepsPropertiesOfAnyLengthAndContentToOneBoundedLine() {
    MessageProperties properties =
        MessageProperties.builder()
            .contentType("a\nb")
            .correlationId("x".repeat(1_000_000))
            .build();

    String dump = message(properties, Map.of(), new byte[0]).dump();

    assertThat(dump).hasSizeLessThan(1_000).contains("a\\x0ab", "xxx…").doesNotContain("\n");
  }

  private static Message message(Map<String, Object> headers, byte[] body) {
    return message(MessageProperties.builder().build(), headers, body);
  }

  private static Message message(
      MessageProperties properties, Map<String, Object> headers, byte[] body) {
    TransportMessage transported = new TransportMessage(properties, headers, body);
    return new Message(
        new Delivery("", "jobs", false, transported, null),
        "jobs",
        new BodyReader(new FakeBroker().connection().build(), null));
  }
}
