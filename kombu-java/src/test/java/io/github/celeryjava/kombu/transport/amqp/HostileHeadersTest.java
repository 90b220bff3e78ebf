package io.github.celeryjava.kombu.transport.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import io.github.celeryjava.kombu.testing.Mutator;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Headers that the network sends become plain values, or the error that ends the connection; in
 * bounded time and memory.
 */
@Timeout(1200)
class HostileHeadersTest {

  private static final byte[] NO_BODY = {};

  private static final List<byte[]> WORDS =
      bytes(
          "S\0\0\0\1x",
          "I\0\0\0\7",
          "F\0\0\0\0",
          "A\0\0\0\0",
          "V",
          "t\1",
          "A\0\0\0\5A\0\0\0\0",
          "F\0\0\0\7\1kF\0\0\0\0",
          "\1k",
          "x\0\0\0\2ab");

  @Test
  void headersBecomePlainValuesOrTheDriversError() throws IOException {
    Mutator inputs = new Mutator(20260110, seeds(), WORDS);
    int read = 0;

    for (int i = 0; i < Mutator.rounds(); i++) {
      byte[] input = inputs.next();
      try {
        requirePlain(read(input).headers());
        read++;
      } catch (IOException e) {
        assertThat(e).isNotNull(); // ends the connection, and with it the message
      } catch (Throwable t) {
        fail("not a documented error for " + Base64.getEncoder().encodeToString(input), t);
      }
    }

    assertThat(read).isBetween(Mutator.rounds() / 100, Mutator.rounds());
  }

  private static TransportMessage read(byte[] contentHeader) throws IOException {
    Frame frame = HeaderGuard.readable(new Frame(AMQP.FRAME_HEADER, 1, contentHeader));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame.getPayload()));
    return AmqpMapping.incoming((AMQP.BasicProperties) AMQImpl.readContentHeaderFrom(in), NO_BODY);
  }

  private static void requirePlain(Object value) {
    if (value instanceof Map<?, ?> table) {
      table.keySet().forEach(key -> assertThat(key).isInstanceOf(String.class));
      table.values().forEach(HostileHeadersTest::requirePlain);
    } else if (value instanceof List<?> list) {
      list.forEach(HostileHeadersTest::requirePlain);
    } else if (value != null) {
      assertThat(value)
          .isInstanceOfAny(String.class, byte[].class, Number.class, Boolean.class, Instant.class);
    }
  }

  @SuppressWarnings("JavaUtilDate") // the driver's
  private static List<byte[]> seeds() throws IOException {
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("lang", "py");
    task.put("task", "tasks.add");
    task.put("id", "00112233-4455-6677-8899-aabbccddeeff");
    task.put("retries", 0);
    task.put("timelimit", Arrays.asList(null, null));
    task.put("eta", null);
    Map<String, Object> rest = new LinkedHashMap<>();
    rest.put("long", 1L << 40);
    rest.put("short", (short) 7);
    rest.put("byte", (byte) 7);
    rest.put("float", 1.5f);
    rest.put("double", 1.5);
    rest.put("truth", true);
    rest.put("bytes", new byte[] {-1, 0});
    rest.put("decimal", new BigDecimal("12.50"));
    rest.put("when", new Date(0));
    rest.put("nested", Map.of("a", List.of(Map.of("b", List.of()), "c")));
    List<byte[]> seeds = new ArrayList<>();
    for (Map<String, Object> headers : List.of(task, rest, Map.<String, Object>of())) {
      AMQP.BasicProperties properties =
          new AMQP.BasicProperties.Builder()
              .contentType("application/json")
              .contentEncoding("utf-8")
              .headers(headers)
              .deliveryMode(2)
              .priority(0)
              .correlationId("c")
              .expiration("60000")
              .timestamp(new Date(0))
              .build();
      seeds.add(properties.toFrame(1, 10).getPayload());
    }
    return seeds;
  }

  private static List<byte[]> bytes(String... words) {
    return Arrays.stream(words).map(word -> word.getBytes(UTF_8)).toList();
  }
}
