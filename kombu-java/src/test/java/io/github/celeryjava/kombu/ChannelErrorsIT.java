package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.RecordingSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel that the broker closed costs the connection nothing: the next use has a new one. */
@Timeout(60)
class ChannelErrorsIT {

  private final FaultProxy proxy = FaultProxy.to(Services.amqp());
  private final Connection connection = Connection.open(proxy.uri().toString());
  private final Queue queue = Queue.named("errors-" + UUID.randomUUID());
  private final List<Object> bodies = new CopyOnWriteArrayList<>();

  @AfterEach
  void tidyUp() {
    connection.defaultChannel().deleteQueue(queue.name());
    connection.close();
    proxy.close();
  }

  @Test
  void afterARefusalTheConnectionDeclaresPublishesAndConsumesOnAsBefore() {
    Consumer consumer = consuming();
    Producer producer = connection.producer().build();
    producer.publish("before", PublishOptions.to(queue.name()));

    Binding missing = Binding.of(Exchange.direct("missing-" + queue.name()), "key");
    assertRefused(404, () -> connection.defaultChannel().bindQueue(queue.name(), missing));
    assertRefused(406, () -> connection.declare(queue.toBuilder().maxPriority(5).build()));
    assertRefused(403, () -> connection.defaultChannel().declareQueue(Queue.named("amq.reserved")));

    assertThat(connection.declare(queue)).isEqualTo(queue.name());
    producer.publish("after", PublishOptions.to(queue.name()));
    drainUntil(2);
    assertThat(bodies).containsExactly("before", "after");
    assertThat(consumer.isConsumingFrom(queue.name())).isTrue();
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void aConsumerWhoseChannelIsClosedIsToldAndStartsAgainOnANewOne() {
    Consumer consumer = consuming();
    Channel other = connection.channel();
    other.deleteQueue(queue.name());

    assertThatThrownBy(() -> drainUntil(1))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isTrue());
    assertThat(consumer.isConsumingFrom(queue.name())).isFalse();
    other.declare(queue);
    consumer.consume();
    connection.producer().build().publish("again", PublishOptions.to(queue.name()));

    drainUntil(1);
    assertThat(bodies).containsExactly("again");
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void aRefusalIsNotTriedAgain() {
    connection.declare(queue);
    ConsumeOptions exclusive = new ConsumeOptions(null, AckMode.MANUAL, 1, true, Map.of());
    connection.channel().consume(queue.name(), exclusive, RecordingSink.holding());
    AtomicInteger attempts = new AtomicInteger();

    assertRefused(
        403,
        () ->
            connection.ensure(
                RetryPolicy.unlimited(),
                Duration.ofSeconds(20),
                channel -> {
                  attempts.incrementAndGet();
                  return channel.consume(queue.name(), exclusive, RecordingSink.holding());
                }));

    assertThat(attempts).hasValue(1);
  }

  private Consumer consuming() {
    Consumer consumer =
        connection
            .consumer()
            .queue(queue)
            .handler(
                (body, message) -> {
                  bodies.add(body);
                  message.ack();
                })
            .build();
    consumer.consume();
    return consumer;
  }

  private void drainUntil(int count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> connection.drainEvents(Duration.ofMillis(50)) >= 0 && bodies.size() >= count);
  }

  private static void assertRefused(int code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.replyCode()).isEqualTo(code);
              assertThat(e.isRecoverable()).isFalse();
            });
  }
}
