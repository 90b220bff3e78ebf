package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.LimitExceededException;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.observation.TrafficCounts;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners hear of messages, connections and pools. */
@Timeout(30)
class TrafficListenerTest {

  private final TrafficCounts counts = new TrafficCounts();
  private final Queue jobs = Queue.named("jobs");
  private final Connection connection =
      Connection.builder("memory://")
          .transport(new MemoryTransport())
          .listener(new Faulty())
          .listener(counts)
          .build();

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void countsWhatIsPublishedAndWhatBecomesOfIt() {
    Producer producer = connection.producer().mandatory().build();
    PublishOptions toJobs = PublishOptions.builder().routingKey("jobs").declare(jobs).build();

    producer.publish("12345", toJobs);
    producer.publishAll(List.of("a", "b"), toJobs).orThrow();
    assertThatThrownBy(() -> producer.publish("lost", PublishOptions.to("nowhere")))
        .isInstanceOf(MessageRefusedException.class);

    // The caller may know an outcome a moment before those who count.
    await()
        .untilAsserted(
            () -> {
              assertThat(counts.published()).isEqualTo(4);
              assertThat(counts.publishedBytes()).isEqualTo(11);
              assertThat(counts.confirmed()).isEqualTo(3);
              assertThat(counts.confirmNanos()).isPositive();
              assertThat(counts.returned()).isEqualTo(1);
              assertThat(counts.failed()).isEqualTo(1);
              assertThat(counts.nacked()).isZero();
              assertThat(counts.connected()).isEqualTo(1);
            });
  }

  @Test
  void countsWhatIsConsumedAndHowItIsSettled() {
    publish("ack", "reject", "requeue", "keep", "{");
    List<Object> seen = new ArrayList<>();
    Consumer consumer =
        connection
            .consumer()
            .queue(jobs)
            .handler(
                (body, message) -> {
                  seen.add(body);
                  if ("ack".equals(body)) {
                    message.ack();
                  } else if ("reject".equals(body)) {
                    message.reject();
                  } else if ("requeue".equals(body) && !message.redelivered()) {
                    message.requeue();
                  }
                })
            .build();
    consumer.consume();

    while (seen.size() < 5) {
      assertThat(connection.drainEvents(Duration.ofSeconds(10))).isPositive();
    }

    assertThat(counts.consumed()).isEqualTo(6);
    assertThat(counts.handled()).isEqualTo(6);
    assertThat(counts.handlerNanos()).isPositive();
    assertThat(counts.undecodable()).isEqualTo(1);
    assertThat(counts.acknowledged()).isEqualTo(1);
    assertThat(counts.rejected()).isEqualTo(2);
    assertThat(counts.requeued()).isEqualTo(1);
    assertThat(counts.unsettled()).isEqualTo(2);
  }

  @Test
  void countsWhatPoolsHaveLent() {
    ConnectionPool pool = ConnectionPool.of(connection, 1, Duration.ofMillis(5));

    Lease<Connection> lease = pool.acquire();
    assertThatThrownBy(pool::acquire).isInstanceOf(LimitExceededException.class);

    assertThat(counts.lent()).isEqualTo(Map.of("connection", 1L));
    assertThat(counts.exhausted()).isEqualTo(Map.of("connection", 1L));
    lease.discard();
    pool.acquire().close();
    assertThat(counts.lent()).isEqualTo(Map.of("connection", 0L));
  }

  @Test
  void countsLossesAndReconnects() {
    FakeBroker broker = new FakeBroker();
    TrafficCounts own = new TrafficCounts();
    Connection fake = broker.connection().listener(own).build();
    broker.failNext(FakeBroker.down());

    fake.connect(RetryPolicy.unlimited().withMaxRetries(1), Duration.ofSeconds(20));
    broker.last().lose(FakeBroker.down());
    fake.connect();

    assertThat(own.connected()).isEqualTo(2);
    assertThat(own.disconnected()).isEqualTo(2);
  }

  private void publish(String... bodies) {
    Producer producer = connection.producer().routingKey("jobs").build();
    connection.declare(jobs);
    for (String body : bodies) {
      PublishOptions options =
          body.equals("{")
              ? PublishOptions.builder().contentType("application/json").build()
              : PublishOptions.defaults();
      producer.publish(body, options);
    }
  }

  /** Shows that a listener can harm neither the others nor their caller. */
  private static final class Faulty implements TrafficListener {

    @Override
    public void published(Destination to, int bytes) {
      throw new IllegalStateException("not my day");
    }

    @Override
    public void settled(String queue, Settlement how) {
      throw new IllegalStateException("not my day");
    }
  }
}
