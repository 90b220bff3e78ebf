package io.github.celeryjava.kombu.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that a real broker holds back. */
@Tag("S2")
@Timeout(120)
class NativeDelayIT {

  private record Arrival(String queue, String key, Object body, Duration after) {}

  private final String unique = "delay-" + UUID.randomUUID();
  private final Connection connection = Connection.open(Services.amqp().toString());
  private final Producer producer = connection.producer().build();
  private final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());
  private final List<Queue> queues = new ArrayList<>();
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Map<Object, Long> published = new LinkedHashMap<>();

  @AfterEach
  void tidyUp() {
    Channel channel = connection.channel();
    queues.forEach(queue -> channel.deleteQueue(queue.name()));
    exchanges.forEach(exchange -> channel.deleteExchange(exchange.name()));
    for (int level = 0; level < 28; level++) {
      channel.deleteQueue(unique + "_celery_delayed_" + level);
      channel.deleteExchange(unique + "_celery_delayed_" + level);
    }
    channel.deleteExchange(unique + "_celery_delayed_delivery");
    connection.close();
  }

  static List<Function<String, NativeDelay>> kindsOfQueues() {
    return List.of(NativeDelay::classic, NativeDelay::quorum);
  }

  @ParameterizedTest
  @MethodSource("kindsOfQueues")
  void messagesArriveWhenTheirTimeHasComeAndNotBefore(Function<String, NativeDelay> kind) {
    NativeDelay delay = declared(kind.apply(unique));
    Queue mail = bound(delay, Queue.named(name("mail")));
    consume();

    publish(delay, Duration.ofSeconds(3), mail.name(), "third");
    publish(delay, Duration.ofSeconds(1), mail.name(), "first");
    publish(delay, Duration.ofSeconds(2), mail.name(), "second");

    awaitArrivals(3);
    assertThat(arrivals).extracting(Arrival::body).containsExactly("first", "second", "third");
    assertThat(arrivals).extracting(Arrival::key).containsOnly(mail.name());
    assertThat(arrivals.get(0).after()).isBetween(Duration.ofMillis(990), Duration.ofSeconds(6));
    assertThat(arrivals.get(1).after()).isBetween(Duration.ofMillis(1_990), Duration.ofSeconds(7));
    assertThat(arrivals.get(2).after()).isBetween(Duration.ofMillis(2_990), Duration.ofSeconds(8));
  }

  @Test
  void queuesOnEveryKindOfExchangeThatRoutesByKeyAreReached() {
    NativeDelay delay = declared(NativeDelay.classic(unique));
    Exchange direct = exchange(Exchange.direct(name("direct")));
    Exchange topic = exchange(Exchange.topic(name("topic")));
    Queue onDirect = bound(delay, Queue.bound(name("on-direct"), direct, name("red")));
    Queue onTopic = bound(delay, Queue.bound(name("on-topic"), topic, name("*.new")));
    Queue onBoth =
        bound(
            delay,
            Queue.builder(name("on-both"))
                .binding(Binding.of(direct, name("red")))
                .binding(Binding.of(topic, name("blue.#")))
                .build());
    consume();

    publish(delay, Duration.ofSeconds(1), name("red"), "red");
    publish(delay, Duration.ofSeconds(1), name("blue.new"), "blue");

    awaitArrivals(4);
    assertThat(arrivals)
        .extracting(arrival -> arrival.queue() + " " + arrival.body())
        .containsExactlyInAnyOrder(
            onDirect.name() + " red",
            onTopic.name() + " blue",
            onBoth.name() + " red",
            onBoth.name() + " blue");
  }

  @Test
  void aQueueDoesNotGetWhatIsMeantForAKeyThatOnlyEndsLikeItsOwn() {
    NativeDelay delay = declared(NativeDelay.classic(unique));
    Queue longer = bound(delay, Queue.named("a." + name("b")));
    bound(delay, Queue.named(name("b")));
    consume();

    publish(delay, Duration.ofSeconds(1), longer.name(), "for a.b");
    publish(delay, Duration.ofSeconds(2), name("b"), "for b");

    awaitArrivals(2);
    assertThat(arrivals)
        .extracting(arrival -> arrival.queue() + " " + arrival.body())
        .containsExactly(longer.name() + " for a.b", name("b") + " for b");
  }

  @Test
  void aMessageMayBeDelayedAgainWithTheKeyItCameWith() {
    NativeDelay delay = declared(NativeDelay.classic(unique));
    Queue mail = bound(delay, Queue.named(name("mail")));
    List<String> keys = new ArrayList<>();
    Consumer consumer =
        connection
            .consumer()
            .queue(mail)
            .handler(
                (body, message) -> {
                  keys.add(message.routingKey());
                  if (keys.size() < 3) {
                    publish(delay, Duration.ofSeconds(1), message.routingKey(), "again");
                  }
                  message.ack();
                })
            .build();
    consumer.consume();

    publish(delay, Duration.ofSeconds(1), mail.name(), "once");

    await().until(() -> connection.drainEvents(Duration.ofMillis(100)) >= 0 && keys.size() == 3);
    assertThat(keys).containsOnly(keys.get(0)).allMatch(key -> key.endsWith(".1." + mail.name()));
  }

  @Test
  void aQueueThatIsUnboundGetsNothingMore() {
    NativeDelay delay = declared(NativeDelay.classic(unique));
    Queue mail = bound(delay, Queue.named(name("mail")));
    Queue other = bound(delay, Queue.named(name("other")));
    delay.unbind(connection, mail);
    consume();

    publish(delay, Duration.ofSeconds(1), mail.name(), "dropped");
    publish(delay, Duration.ofSeconds(2), other.name(), "kept");

    awaitArrivals(1);
    assertThat(arrivals).extracting(Arrival::body).containsExactly("kept");
  }

  @Test
  void declaringTheLevelsWithTheOtherKindOfQueuesIsAConflict() {
    NativeDelay delay = declared(NativeDelay.classic(unique));
    delay.declare(connection);

    assertThatThrownBy(() -> NativeDelay.quorum(unique).declare(connection))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(406))
        .hasMessageContainingAll("celery_delayed_27", "x-queue-type=quorum");
  }

  private NativeDelay declared(NativeDelay delay) {
    delay.declare(connection);
    return delay;
  }

  private Queue bound(NativeDelay delay, Queue queue) {
    queues.add(queue);
    delay.bind(connection, queue);
    return queue;
  }

  private Exchange exchange(Exchange exchange) {
    exchanges.add(exchange);
    return exchange;
  }

  private String name(String suffix) {
    return unique + "." + suffix;
  }

  private void publish(NativeDelay delay, Duration duration, String key, String body) {
    published.put(body, System.nanoTime());
    producer.publish(body, delay.after(duration, PublishOptions.to(key)));
  }

  private void consume() {
    connection
        .consumer()
        .queue(queues.toArray(Queue[]::new))
        .handler(this::arrived)
        .build()
        .consume();
  }

  private void arrived(Object body, Message message) {
    Duration after = Duration.ofNanos(System.nanoTime() - published.get(body));
    arrivals.add(new Arrival(message.queue(), NativeDelay.routingKey(message), body, after));
    message.ack();
  }

  private void awaitArrivals(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> connection.drainEvents(Duration.ofMillis(100)) >= 0 && arrivals.size() >= count);
  }
}
