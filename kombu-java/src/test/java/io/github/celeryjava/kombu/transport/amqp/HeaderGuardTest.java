package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderGuardTest {

  @Test
  void headersAsDeepAsTheDriverStandsAreLeftAlone() throws IOException {
    for (int depth = 0; depth <= HeaderGuard.DEEPEST; depth++) {
      for (Object nested : List.of(lists(depth), tables(depth))) {
        Frame frame = frame(Map.of("h", nested));

        Frame readable = HeaderGuard.readable(frame);

        assertThat(readable).as("depth %d", depth).isSameAs(frame);
        assertThat(read(readable).getHeaders()).containsOnlyKeys("h");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {HeaderGuard.DEEPEST + 1, 100, 300})
  void deeperOnesBecomeOneThatSaysSo(int depth) throws IOException {
    for (Object nested : List.of(lists(depth), tables(depth))) {
      Frame frame = frame(Map.of("h", nested));
      assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> read(frame));

      AMQP.BasicProperties properties = read(HeaderGuard.readable(frame));

      assertThat(properties.getHeaders()).containsOnlyKeys(TransportMessage.UNREADABLE_HEADERS);
      assertThat(properties.getHeaders().get(TransportMessage.UNREADABLE_HEADERS))
          .hasToString("they are nested deeper than 32 levels");
      assertThat(properties.getContentType()).isEqualTo("application/json");
      assertThat(properties.getCorrelationId()).isEqualTo("c");
    }
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // the driver's
  void valuesOfEveryTypeAreSteppedOver() throws IOException {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "S");
    headers.put("int", 1);
    headers.put("long", 1L << 40);
    headers.put("short", (short) 1);
    headers.put("byte", (byte) 1);
    headers.put("float", 1f);
    headers.put("double", 1.0);
    headers.put("truth", true);
    headers.put("bytes", new byte[] {'F', 0, 0});
    headers.put("decimal", new BigDecimal("1.5"));
    headers.put("when", new Date(0));
    headers.put("nothing", null);
    headers.put("list", Arrays.asList(1, "two", null, Map.of("k", 2.0)));
    headers.put("deep", lists(HeaderGuard.DEEPEST + 1));

    AMQP.BasicProperties properties = read(HeaderGuard.readable(frame(headers)));

    assertThat(properties.getHeaders()).containsOnlyKeys(TransportMessage.UNREADABLE_HEADERS);
  }

  @Test
  void otherFramesAndMessagesWithoutHeadersAreLeftAlone() throws IOException {
    Frame method = new Frame(AMQP.FRAME_METHOD, 1, new byte[] {0, 60, 0, 40});
    Frame bare = new AMQP.BasicProperties().toFrame(1, 10);
    Frame stump = new Frame(AMQP.FRAME_HEADER, 1, new byte[] {0, 60});

    assertThat(HeaderGuard.readable(method)).isSameAs(method);
    assertThat(HeaderGuard.readable(bare)).isSameAs(bare);
    assertThat(HeaderGuard.readable(stump)).isSameAs(stump);
  }

  private static Object lists(int depth) {
    Object nested = 1;
    for (int i = 0; i < depth; i++) {
      nested = List.of(nested);
    }
    return nested;
  }

  private static Object tables(int depth) {
    Object nested = 1;
    for (int i = 0; i < depth; i++) {
      nested = Map.of("k", nested);
    }
    return nested;
  }

  private static Frame frame(Map<String, Object> headers) throws IOException {
    return new AMQP.BasicProperties.Builder()
        .contentType("application/json")
        .contentEncoding("utf-8")
        .headers(headers)
        .correlationId("c")
        .build()
        .toFrame(1, 10);
  }

  private static AMQP.BasicProperties read(Frame frame) throws IOException {
    return (AMQP.BasicProperties)
        AMQImpl.readContentHeaderFrom(
            new DataInputStream(new ByteArrayInputStream(frame.getPayload())));
  }
}
