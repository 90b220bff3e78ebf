package io.github.celeryjava.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Delivery;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;

/** What headers and properties are on the other side of AMQP, type by type. */
@EachPeer
@Timeout(120)
class AmqpTablesIT {

  @RegisterExtension private final PeerProcesses processes = new PeerProcesses();

  @Parameter PythonPeer peer;

  private final Queue queue = Queue.named("tables-" + UUID.randomUUID());
  private final Connection connection = Connection.open(Services.amqp().toString());

  private PythonClient python;

  @BeforeEach
  void prepare() {
    connection.declare(queue);
    python = processes.client(peer, PeerSetup.over(Services.amqp()));
    python.exec(
        """
        import kombu
        import time
        connection = kombu.Connection('%s')
        name = '%s'
        queue = kombu.Queue(name)(connection.default_channel)

        def take():
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                message = queue.get(no_ack=True)
                if message is not None:
                    return message
                time.sleep(0.01)

        def put(body, **properties):
            kombu.Producer(connection).publish(body, routing_key=name, **properties)
        """
            .formatted(Services.amqp(), queue.name()));
  }

  @AfterEach
  void tidyUp() {
    connection.defaultChannel().deleteQueue(queue.name());
    connection.close();
  }

  @Test
  void everyHeaderThatJavaSendsMeansTheSameInPython() {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("text", "Grüße");
    headers.put("yes", true);
    headers.put("short", (short) -300);
    headers.put("byte", (byte) -3);
    headers.put("int", Integer.MIN_VALUE);
    headers.put("small", 5L);
    headers.put("negative", -5L);
    headers.put("large", 1L << 40);
    headers.put("largest", Long.MAX_VALUE);
    headers.put("low", -(1L << 40));
    headers.put("big", BigInteger.TWO.pow(70));
    headers.put("half", 0.5f);
    headers.put("third", 1.25);
    headers.put("money", new BigDecimal("12.50"));
    headers.put("nothing", null);
    headers.put("bytes", new byte[] {1, (byte) 0xFF});
    headers.put("moment", Instant.ofEpochSecond(1_700_000_000L, 999_000_000));
    headers.put("id", UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
    headers.put("kind", TimeUnit.SECONDS);
    headers.put("map", Map.of("deep", Map.of("short", (short) 7)));
    headers.put("list", Arrays.asList((short) 1, -(1L << 50), null, "x"));

    connection
        .producer()
        .build()
        .publish(
            "body", PublishOptions.builder().routingKey(queue.name()).headers(headers).build());

    python.exec("headers = take().headers");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("text", "'Grüße'");
    expected.put("yes", "True");
    expected.put("short", "-300");
    expected.put("byte", "-3");
    expected.put("int", "-2147483648");
    expected.put("small", "5");
    expected.put("negative", "-5");
    expected.put("large", "1099511627776");
    expected.put("largest", "9223372036854775807");
    expected.put("low", "'-1099511627776'");
    expected.put("big", "'1180591620717411303424'");
    expected.put("half", "0.5");
    expected.put("third", "1.25");
    expected.put("money", "Decimal('12.5')");
    expected.put("nothing", "None");
    expected.put("bytes", "b'\\x01\\xff'");
    expected.put("moment", "datetime.datetime(2023, 11, 14, 22, 13, 20)");
    expected.put("id", "'00112233-4455-6677-8899-aabbccddeeff'");
    expected.put("kind", "'SECONDS'");
    expected.put("map", "{'deep': {'short': 7}}");
    expected.put("list", "[1, '-1125899906842624', None, 'x']");
    assertThat(python.eval("list(headers)").json()).hasSize(expected.size());
    expected.forEach(
        (key, repr) ->
            assertThat(python.eval("headers['%s']".formatted(key)).repr()).as(key).isEqualTo(repr));
  }

  @Test
  void everyHeaderThatPythonSendsMeansTheSameInJava() {
    python.exec(
        """
        put('body', headers={
            'text': 'Grüße', 'bytes': b'\\x01\\xff', 'yes': True, 'int': -7, 'large': 2**40,
            'low': -2**40, 'float': 0.5, 'money': Decimal('12.50'), 'nothing': None,
            'moment': datetime(2023, 11, 14, 22, 13, 20),
            'map': {'deep': {'list': [1, None, 'x', [2.5]]}}, 'tuple': (1, 2)})
        """);

    Map<String, Object> headers = take().message().headers();

    assertThat(headers)
        .containsEntry("text", "Grüße")
        .containsEntry("yes", true)
        .containsEntry("int", -7)
        .containsEntry("large", 1L << 40)
        .containsEntry("low", -(1L << 40))
        .containsEntry("float", 0.5)
        .containsEntry("nothing", null)
        .containsEntry("moment", Instant.ofEpochSecond(1_700_000_000L))
        .containsEntry("tuple", List.of(1, 2))
        .containsEntry(
            "map", Map.of("deep", Map.of("list", Arrays.asList(1, null, "x", List.of(2.5)))));
    assertThat((BigDecimal) headers.get("money")).isEqualByComparingTo("12.5");
    assertThat((byte[]) headers.get("bytes")).containsExactly(1, 0xFF);
  }

  @Test
  void everyPropertyArrivesInBothDirections() {
    connection
        .producer()
        .build()
        .publish(
            "body",
            PublishOptions.builder()
                .routingKey(queue.name())
                .priority(3)
                .expiration(Duration.ofMillis(90_500))
                .correlationId("c")
                .replyTo("r")
                .messageId("m")
                .timestamp(Instant.ofEpochSecond(1_700_000_000L))
                .type("t")
                .appId("a")
                .userId("guest")
                .build());

    python.exec("message = take()");
    python.exec("properties = dict(message.properties); del properties['application_headers']");
    assertThat(python.eval("sorted(properties.items(), key=lambda item: item[0])").repr())
        .isEqualTo(
            "[('app_id', 'a'), ('content_encoding', 'utf-8'), ('content_type', 'text/plain'),"
                + " ('correlation_id', 'c'), ('delivery_mode', 2), ('expiration', '90500'),"
                + " ('message_id', 'm'), ('priority', 3), ('reply_to', 'r'),"
                + " ('timestamp', 1700000000), ('type', 't'), ('user_id', 'guest')]");
    python.exec(
        """
        put('body', priority=3, expiration=90.5, correlation_id='c', reply_to='r',
            message_id='m', timestamp=1700000000, type='t', app_id='a', user_id='guest')
        """);
    var back = take().message().properties();
    assertThat(back.priority()).isEqualTo(3);
    assertThat(back.expiration()).isEqualTo(Duration.ofMillis(90_500));
    assertThat(back.correlationId()).isEqualTo("c");
    assertThat(back.replyTo()).isEqualTo("r");
    assertThat(back.messageId()).isEqualTo("m");
    assertThat(back.timestamp()).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
    assertThat(back.type()).isEqualTo("t");
    assertThat(back.appId()).isEqualTo("a");
    assertThat(back.userId()).isEqualTo("guest");
  }

  @Test
  void aBodyOfMoreThan64MebibytesArrivesInBothDirections() {
    byte[] huge = new byte[(64 << 20) + 7];
    Arrays.fill(huge, (byte) 'x');

    connection
        .producer()
        .timeout(Duration.ofSeconds(60))
        .build()
        .publish(huge, PublishOptions.to(queue.name()));

    python.exec("body = take().payload");
    assertThat(python.eval("(type(body).__name__, len(body), set(body))").repr())
        .isEqualTo("('bytes', 67108871, {120})");
    python.exec("put(body)");
    assertThat(new String(take().message().body(), StandardCharsets.US_ASCII))
        .hasSize(huge.length)
        .startsWith("xxx");
  }

  private Delivery take() {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> connection.defaultChannel().get(queue.name(), AckMode.NONE), Optional::isPresent)
        .orElseThrow();
  }
}
