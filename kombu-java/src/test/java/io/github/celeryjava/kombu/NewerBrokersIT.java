package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.patterns.NativeDelay;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.amqp.MethodRecorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What RabbitMQ 4 refuses is never sent, whatever of the library a program uses: all of it is used
 * here before a broker of an older release, and what it sends is written down.
 */
@Tag("B5")
@Timeout(120)
class NewerBrokersIT {

  /** Arguments that RabbitMQ 4 has dropped, and the one that asks for a dropped kind of queue. */
  private static final Set<String> DROPPED =
      Set.of(
          "x-queue-mode",
          "x-queue-version",
          "x-queue-master-locator",
          "x-max-in-memory-length",
          "x-max-in-memory-bytes",
          "x-ha-policy",
          "x-ha-nodes");

  private final String unique = "newer-" + UUID.randomUUID();
  private final MethodRecorder recorder = MethodRecorder.to(Services.amqp());
  private final Connection connection = Connection.open(recorder.uri().toString());

  @AfterEach
  void close() throws IOException {
    try (Connection tidying = Connection.open(Services.amqp().toString())) {
      for (Method method : recorder.methods()) {
        if (method instanceof AMQP.Queue.Declare declare && !declare.getExclusive()) {
          tidying.defaultChannel().deleteQueue(declare.getQueue());
        } else if (method instanceof AMQP.Exchange.Declare declare) {
          tidying.defaultChannel().deleteExchange(declare.getExchange());
        }
      }
    }
    connection.close();
    recorder.close();
  }

  @Test
  void publishingConsumingAndPools() {
    Exchange events = Exchange.topic(name("events"));
    Queue queue = Queue.bound(name("all"), events, "#");
    List<Object> bodies = new CopyOnWriteArrayList<>();
    Consumer consumer =
        connection
            .consumer()
            .queue(queue, Queue.builder("").exclusive().build())
            .prefetch(5)
            .handler(
                (body, message) -> {
                  bodies.add(body);
                  message.ack();
                })
            .build();
    consumer.consume();
    Producer producer = connection.producer().exchange(events).build();
    PublishOptions options = PublishOptions.to("order.new");

    producer.publish("one", options);
    producer.publishAsync("two", options).join();
    producer.publishAll(List.of("three", "four"), options).orThrow();
    consumer.prefetch(7);
    try (ProducerPool pool = ProducerPool.of(connection)) {
      pool.publish(
          "five", PublishOptions.builder().exchange(events).routingKey("order.new").build());
    }
    try (ChannelPool pool =
        ChannelPool.of(connection, ChannelPurpose.PUBLISHING, 2, Duration.ofSeconds(5))) {
      pool.call(channel -> channel.inspectQueue(queue.name()));
    }

    await().until(() -> connection.drainEvents(Duration.ofMillis(50)) >= 0 && bodies.size() == 5);
    consumer.purge();
    consumer.close();
    assertNothingRefused();
  }

  @Test
  void delayedDelivery() {
    for (NativeDelay delay :
        List.of(NativeDelay.classic(unique + "c"), NativeDelay.quorum(unique))) {
      Queue queue = Queue.named(name("delayed"));
      delay.declare(connection);
      delay.bind(connection, queue);
      connection
          .producer()
          .build()
          .publish("later", delay.after(Duration.ofSeconds(1), PublishOptions.to(queue.name())));
    }

    assertNothingRefused();
  }

  private void assertNothingRefused() {
    assertThat(recorder.methods(AMQP.Queue.Declare.class))
        .isNotEmpty()
        .allMatch(
            declare -> declare.getPassive() || declare.getDurable() || declare.getExclusive());
    assertThat(recorder.methods(AMQP.Basic.Qos.class)).noneMatch(AMQP.Basic.Qos::getGlobal);
    assertThat(recorder.methods(AMQP.Basic.Publish.class))
        .isNotEmpty()
        .noneMatch(AMQP.Basic.Publish::getImmediate);
    assertThat(argumentsSent()).doesNotContainAnyElementsOf(DROPPED);
  }

  private Set<String> argumentsSent() {
    List<Map<String, Object>> tables = new ArrayList<>();
    recorder.methods(AMQP.Queue.Declare.class).forEach(each -> tables.add(each.getArguments()));
    recorder.methods(AMQP.Exchange.Declare.class).forEach(each -> tables.add(each.getArguments()));
    recorder.methods(AMQP.Basic.Consume.class).forEach(each -> tables.add(each.getArguments()));
    Set<String> names = new HashSet<>();
    tables.forEach(table -> names.addAll(table.keySet()));
    return names;
  }

  private String name(String suffix) {
    return unique + "." + suffix;
  }
}
