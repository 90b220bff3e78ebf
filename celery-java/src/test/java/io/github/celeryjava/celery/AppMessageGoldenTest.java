package io.github.celeryjava.celery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.internal.NodeNames;
import io.github.celeryjava.celery.protocol.Golden;
import io.github.celeryjava.celery.protocol.SignatureData;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.celery.task.SignatureCodec;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.kombu.compression.CompressorRegistry;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same calls made by apps of real Celery and by an app of this library, and what each put into
 * its queues compared field by field: place, properties, headers, body. {@link #meant} lists every
 * difference that is meant.
 */
class AppMessageGoldenTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MY_ORIGIN = NodeNames.ofThisProcess().anonymous();
  private static final Queue ELSEWHERE =
      Queue.bound("elsewhere", Exchange.direct("elsewhere"), "there");
  private static final Queue ALL_TOPICS =
      Queue.bound("all topics", Exchange.topic("topics"), "a.*");
  private static final List<Queue> QUEUES =
      List.of(
          Queue.bound("celery", Exchange.direct("celery"), "celery"),
          Queue.bound("other", Exchange.direct("other"), "other"),
          Queue.bound("topics", Exchange.topic("topics"), "a.b"));

  record Case(String version, JsonNode node) {

    String text(String field) {
      return node.get(field).asText();
    }

    Map<String, Object> map(String field) {
      return new LinkedHashMap<>(Golden.decodedMap(node.get(field)));
    }

    boolean byName() {
      return text("how").equals("send_task");
    }

    @Override
    public String toString() {
      return version + " protocol " + text("protocol") + " " + text("name");
    }
  }

  /** All that a peer can see of a message. */
  record Seen(
      String exchange,
      String routingKey,
      Map<String, Object> properties,
      Map<String, Object> headers,
      Object body) {}

  static Stream<Case> sent() {
    return Stream.of(Golden.NEWEST, Golden.OLDEST)
        .flatMap(
            version ->
                Golden.cases("task-sent", version, "cases").map(node -> new Case(version, node)));
  }

  @ParameterizedTest
  @MethodSource("sent")
  void anAppPublishesTheMessageThatPythonPublishes(Case expected) {
    try (MemoryApp memory = app(expected)) {
      AsyncResult<Object> result = memory.app.send(call(expected.node()));
      Delivery delivery = taken(memory);

      assertThat(result.id()).isEqualTo("id-1");
      assertThat(ours(delivery)).isEqualTo(meant(expected, pythons(expected)));
    }
  }

  private static MemoryApp app(Case expected) {
    MemoryApp memory =
        MemoryApp.with(
            builder ->
                builder
                    .set("task_queues", QUEUES)
                    .set("task_protocol", expected.node().get("protocol").asInt()));
    QUEUES.forEach(memory::declare);
    memory.declare(ELSEWHERE);
    memory.declare(ALL_TOPICS);
    memory.app.register(MemoryApp.task("proj.plain", TaskOptions.builder().build()));
    memory.app.register(
        MemoryApp.task(
            "proj.tuned",
            TaskOptions.builder()
                .queue("other")
                .priority(3)
                .timeLimit(Duration.ofSeconds(60))
                .softTimeLimit(Duration.ofSeconds(50))
                .compression("zlib")
                .ignoreResult(true)
                .build()));
    return memory;
  }

  /** Options of a call and of a signature are the same words in Python. */
  private static TaskSignature call(JsonNode given) {
    Map<String, Object> options = new LinkedHashMap<>();
    given
        .get("call")
        .properties()
        .forEach(option -> options.put(option.getKey(), Golden.value(option.getValue())));
    Map<String, Object> signature = new LinkedHashMap<>();
    signature.put("task", given.get("task").asText());
    signature.put("args", options.containsKey("args") ? options.remove("args") : List.of());
    signature.put("kwargs", options.containsKey("kwargs") ? options.remove("kwargs") : Map.of());
    options.put("task_id", "id-1");
    for (String link : List.of("link", "link_error")) {
      if (options.get(link) instanceof Map<?, ?> one) {
        options.put(link, List.of(one));
      }
    }
    options.replaceAll(
        (name, value) -> value instanceof OffsetDateTime time ? time.toString() : value);
    signature.put("options", options);
    return SignatureCodec.decode(SignatureData.read(signature, "call"), "call");
  }

  private static Delivery taken(MemoryApp memory) {
    return Stream.concat(QUEUES.stream(), Stream.of(ELSEWHERE, ALL_TOPICS))
        .map(queue -> memory.poll(queue.name()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing was published"));
  }

  private static Seen pythons(Case expected) {
    Map<String, Object> properties = expected.map("properties");
    properties.put("content_type", expected.text("content_type"));
    properties.put("content_encoding", expected.text("content_encoding"));
    Map<String, Object> headers = expected.map("headers");
    return new Seen(
        expected.text("exchange"),
        expected.text("routing_key"),
        properties,
        headers,
        json(Base64.getDecoder().decode(expected.text("body")))); // kombu has decompressed it
  }

  private static Seen ours(Delivery delivery) {
    Map<String, Object> headers = MemoryApp.headers(delivery);
    return new Seen(
        delivery.exchange(),
        delivery.routingKey(),
        properties(delivery.message().properties()),
        headers,
        body(delivery.message().body(), headers));
  }

  private static Map<String, Object> properties(MessageProperties given) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("content_type", given.contentType());
    properties.put("content_encoding", given.contentEncoding());
    properties.put("correlation_id", given.correlationId());
    properties.put("reply_to", given.replyTo());
    properties.put(
        "delivery_mode", given.deliveryMode() == null ? null : given.deliveryMode().code());
    properties.put("priority", given.priority());
    properties.put(
        "expiration",
        given.expiration() == null ? null : String.valueOf(given.expiration().toMillis()));
    properties.put("message_id", given.messageId());
    properties.put("timestamp", given.timestamp());
    properties.put("type", given.type());
    properties.put("user_id", given.userId());
    properties.put("app_id", given.appId());
    properties.values().removeIf(Objects::isNull);
    return properties;
  }

  private static Object body(byte[] bytes, Map<String, Object> headers) {
    return json(CompressorRegistry.standard().decompress(bytes, headers, size -> 1 << 20));
  }

  private static Object json(byte[] bytes) {
    try {
      return JSON.readValue(bytes, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is different on purpose, and nothing else. */
  private static Seen meant(Case expected, Seen python) {
    // Results are asked for by id here; Python names a queue for answers with every backend.
    python.properties().replace("reply_to", "thread", "");
    if (expected.text("protocol").equals("1")) {
      return python;
    }
    Map<String, Object> headers = python.headers();
    headers.replace("lang", "py", "java");
    headers.replace("origin", "gen1@here", MY_ORIGIN);
    if (expected.version().equals(Golden.OLDEST)) {
      // The oldest peer passes over what later ones added.
      headers.put("replaced_task_nesting", 0);
      headers.put("stamped_headers", null);
      headers.put("stamps", Map.of());
      if (expected.byName() && !expected.node().get("call").has("ignore_result")) {
        headers.replace("ignore_result", false, null); // as later ones; it means the same to it
      }
    }
    if (expected.text("name").equals("tuned by name")) {
      headers.replace("ignore_result", null, true); // a task that is known here is asked itself
    }
    return python;
  }
}
