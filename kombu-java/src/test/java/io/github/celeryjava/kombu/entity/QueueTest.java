package io.github.celeryjava.kombu.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected maps are what kombu 5.7.0 gives for the same declaration. */
class QueueTest {

  @Test
  void aBroadcastQueueIsKombusBroadcast() {
    Queue first = Queue.broadcast("news");
    Queue second = Queue.broadcast("news");

    assertThat(first.name()).startsWith("bcast.").hasSize(42).isNotEqualTo(second.name());
    assertThat(first.exchange()).isEqualTo(Exchange.fanout("news"));
    assertThat(first.durable()).isTrue();
    assertThat(first.autoDelete()).isTrue();
    assertThat(first.exclusive()).isFalse();
    assertThat(first.alias()).isEqualTo("news");
    assertThat(Queue.broadcast("news", "mine").name()).isEqualTo("mine");
  }

  @Test
  void aMapHasKombusKeysInKombusOrder() {
    Queue queue =
        Queue.builder("a")
            .exchange(Exchange.topic("e").withDeliveryMode(DeliveryMode.TRANSIENT))
            .routingKey("k.#")
            .expires(Duration.ofMillis(1500))
            .maxPriority(10)
            .argument("x-queue-type", "quorum")
            .build();

    assertThat(queue.toMap().toString())
        .isEqualTo(
            "{name=a, exchange={name=e, type=topic, arguments=null, durable=true, passive=false,"
                + " auto_delete=false, delivery_mode=1, no_declare=false}, routing_key=k.#,"
                + " queue_arguments={x-queue-type=quorum}, binding_arguments=null,"
                + " consumer_arguments=null, durable=true, exclusive=false, auto_delete=false,"
                + " no_ack=false, alias=null, bindings=[], no_declare=null, expires=1.5,"
                + " message_ttl=null, max_length=null, max_length_bytes=null, max_priority=10}");
  }

  @Test
  void bindingsTakeThePlaceOfTheExchangeInAMap() {
    Queue queue = Queue.builder("b").binding(Exchange.direct("x").binding("y")).build();

    Map<String, Object> map = queue.toMap();

    assertThat(map).containsEntry("exchange", null);
    assertThat(map.get("bindings").toString())
        .isEqualTo(
            "[{exchange={name=x, type=direct, arguments=null, durable=true, passive=false,"
                + " auto_delete=false, delivery_mode=null, no_declare=false}, routing_key=y,"
                + " arguments=null, unbind_arguments=null}]");
  }

  @ParameterizedTest
  @MethodSource("queues")
  void whatAMapSaysIsReadAgain(Queue queue) {
    Queue read = Queue.fromMap(queue.name(), queue.toMap());

    assertThat(read).isEqualTo(queue);
  }

  static Stream<Queue> queues() {
    return Stream.of(
        Queue.builder("plain").routingKey("").build(),
        Queue.builder("exclusive").notDurable().exclusive().alias("mine").build(),
        Queue.builder("bound")
            .exchange(Exchange.headers("h").notDurable().autoDeleted().passively().undeclared())
            .bindingArguments(Map.of("x-match", "all"))
            .consumerArguments(Map.of("x-priority", 3))
            .noAck()
            .noDeclare()
            .build(),
        Queue.builder("bounded")
            .routingKey("k")
            .maxLength(5)
            .maxLengthBytes(1L << 40)
            .messageTtl(Duration.ZERO)
            .expires(Duration.ofMillis(1))
            .build(),
        Queue.builder("many")
            .binding(new Binding(Exchange.topic("t"), "a.*", Map.of("x", 1)))
            .binding(Binding.of(Exchange.fanout("f"), ""))
            .build());
  }

  @Test
  void aMapOfCelerysConfigurationIsRead() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("exchange", "media");
    options.put("exchange_type", "topic");
    options.put("binding_key", "media.#");
    options.put("routing_key", "ignored");
    options.put("durable", false);
    options.put("queue_durable", true);
    options.put("exchange_auto_delete", true);
    options.put("delivery_mode", "transient");
    options.put("message_ttl", 2.5);
    options.put("max_priority", null);

    Queue queue = Queue.fromMap("media", options);

    assertThat(queue.exchange())
        .isEqualTo(
            Exchange.topic("media")
                .notDurable()
                .autoDeleted()
                .withDeliveryMode(DeliveryMode.TRANSIENT));
    assertThat(queue.routingKey()).isEqualTo("media.#");
    assertThat(queue.durable()).isTrue();
    assertThat(queue.autoDelete()).isFalse();
    assertThat(queue.messageTtl()).isEqualTo(Duration.ofMillis(2500));
    assertThat(queue.maxPriority()).isNull();
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeInAMapIsNamed(String key, Object value, String message) {
    assertThatThrownBy(() -> Queue.fromMap("jobs", Map.of(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  static List<Arguments> mistakes() {
    return List.of(
        Arguments.of("exchnge", "x", "queue 'jobs' has no option 'exchnge'; there are [alias"),
        Arguments.of("durable", "yes", "'durable' must be true or false, was yes"),
        Arguments.of("expires", "soon", "'expires' must be a number of seconds, was soon"),
        Arguments.of("queue_arguments", "x", "'queue_arguments' must be a map, was x"),
        Arguments.of("bindings", List.of("x"), "'bindings' must be made of maps"),
        Arguments.of("exchange", 5, "'exchange' must be text, was 5"),
        Arguments.of("delivery_mode", 3, "transient, persistent, 1 or 2, was 3"),
        Arguments.of("exchange", Map.of("nme", "x"), "an exchange has no option 'nme'"),
        Arguments.of("max_priority", 300, "maxPriority must be 1 to 255"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"persistent", "Persistent", "2"})
  void aDeliveryModeHasANameAndANumber(String name) {
    assertThat(DeliveryMode.named(name)).isEqualTo(DeliveryMode.PERSISTENT);
  }

  @Test
  void aQuorumQueueSaysSoWithItsOptions() {
    Queue queue =
        Queue.builder("orders")
            .quorum()
            .deliveryLimit(5)
            .deadLetterExchange("")
            .deadLetterRoutingKey("orders.dead")
            .overflow(Overflow.REJECT_PUBLISH)
            .singleActiveConsumer()
            .build();

    assertThat(queue.declareArguments())
        .containsExactly(
            Map.entry("x-queue-type", "quorum"),
            Map.entry("x-delivery-limit", 5),
            Map.entry("x-dead-letter-exchange", ""),
            Map.entry("x-dead-letter-routing-key", "orders.dead"),
            Map.entry("x-overflow", "reject-publish"),
            Map.entry("x-single-active-consumer", true));
  }

  @Test
  void aStreamIsBoundedByBytesAndAge() {
    Queue queue =
        Queue.builder("log").stream().maxAge(Duration.ofDays(7)).maxLengthBytes(1000).build();

    assertThat(queue.declareArguments())
        .containsExactly(
            Map.entry("x-queue-type", "stream"),
            Map.entry("x-max-age", "604800s"),
            Map.entry("x-max-length-bytes", 1000L));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aKindOfQueueRefusesWhatTheBrokerWould(QueueBuilder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("queue 'q': " + message);
  }

  static List<Arguments> refusals() {
    return Arrays.asList(
        Arguments.of(quorum().exclusive(), "a quorum queue cannot be exclusive"),
        Arguments.of(quorum().notDurable(), "a quorum queue cannot be transient"),
        Arguments.of(
            quorum().autoDelete(), "a quorum queue cannot be dropped with its last consumer"),
        Arguments.of(quorum().maxPriority(10), "a quorum queue cannot be a priority queue"),
        Arguments.of(
            stream().messageTtl(Duration.ofSeconds(1)),
            "a stream queue cannot be given a TTL for messages; use maxAge"),
        Arguments.of(
            stream().expires(Duration.ofSeconds(1)),
            "a stream queue cannot be dropped when it is unused"),
        Arguments.of(
            stream().maxLength(1),
            "a stream queue cannot be bounded by a number of messages; use maxLengthBytes or"
                + " maxAge"),
        Arguments.of(
            stream().noAck(), "a stream queue cannot be consumed without acknowledgements"),
        Arguments.of(
            stream().deadLetterExchange("x"),
            "a stream queue cannot be given a dead-letter exchange"));
  }

  private static QueueBuilder quorum() {
    return Queue.builder("q").quorum();
  }

  private static QueueBuilder stream() {
    return Queue.builder("q").stream();
  }
}
