package io.github.celeryjava.kombu.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.testing.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that RabbitMQ brings again. */
@Tag("JAV-39")
@Timeout(60)
class DelayedRetryIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final DelayedRetry retry =
      DelayedRetry.of(
          Queue.named("jobs-" + UUID.randomUUID()), Duration.ofMillis(100), Duration.ofMillis(250));
  private final List<Message> arrived = new ArrayList<>();
  private Connection connection;
  private Producer producer;

  @BeforeEach
  void declare() {
    connection = Connection.open(Services.amqp().toString());
    retry.declare(connection);
    producer = connection.producer().build();
    Consumer consumer = connection.consumer().queue(retry.queue()).onMessage(arrived::add).build();
    consumer.consume();
  }

  @AfterEach
  void tidyUp() {
    connection.defaultChannel().deleteQueue(retry.queue().name());
    connection.defaultChannel().deleteQueue(retry.deadQueue().name());
    retry.waitingQueues().forEach(q -> connection.defaultChannel().deleteQueue(q.name()));
    connection.close();
  }

  @Test
  void aMessageComesAgainAfterEachPauseAndIsPutAsideThen() {
    long start = System.nanoTime();
    producer.publish(
        "work", PublishOptions.builder().routingKey(name()).header("tenant", "acme").build());

    assertThat(retry.again(arrival(1), producer)).isTrue();
    assertThat(retry.again(arrival(2), producer)).isTrue();
    Message last = arrival(3);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(350));
    assertThat(retry.again(last, producer)).isFalse();

    awaitAside(1);
    assertThat(arrived).extracting(DelayedRetry::retries).containsExactly(0, 1, 2);
    assertThat(arrived).extracting(Message::payload).containsOnly("work");
    assertThat(last.headers()).containsEntry("tenant", "acme");
    assertThat(Death.of(last))
        .extracting(Death::queue, Death::reason, Death::count)
        .containsExactlyInAnyOrder(
            Tuple.tuple(retry.waitingQueues().get(0).name(), "expired", 1L),
            Tuple.tuple(retry.waitingQueues().get(1).name(), "expired", 1L));
  }

  @Test
  void whatIsRejectedIsPutAsideAndCanBePlayedAgain() {
    for (int i = 0; i < 3; i++) {
      producer.publish("job " + i, PublishOptions.to(name()));
      arrival(i + 1).reject();
    }
    awaitAside(3);

    int replayed = retry.replay(connection, producer, 2);

    assertThat(replayed).isEqualTo(2);
    assertThat(List.of(arrival(4).payload(), arrival(5).payload()))
        .containsExactly("job 0", "job 1");
    assertThat(Death.of(arrived.get(3))).isEmpty();
    assertThat(DelayedRetry.retries(arrived.get(3))).isZero();
    awaitAside(1);
    arrived.get(3).ack();
    arrived.get(4).ack();
    assertThat(retry.replay(connection, producer, 10)).isEqualTo(1);
    arrival(6).ack();
    assertThat(retry.replay(connection, producer, 10)).isZero();
  }

  private String name() {
    return retry.queue().name();
  }

  private Message arrival(int number) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              connection.drainEvents(Duration.ofMillis(20));
              return arrived.size() >= number;
            });
    return arrived.get(number - 1);
  }

  private void awaitAside(long count) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                connection
                        .defaultChannel()
                        .inspectQueue(retry.deadQueue().name())
                        .orElseThrow()
                        .messages()
                    == count);
  }
}
