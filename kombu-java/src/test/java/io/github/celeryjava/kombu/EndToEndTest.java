package io.github.celeryjava.kombu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.memory.MemoryTransport;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Producers and consumers together, over a broker in memory. */
@Timeout(30)
class EndToEndTest {

  private final Connection connection =
      Connection.builder("memory://").transport(new MemoryTransport()).build();
  private final Queue jobs = Queue.named("jobs");
  private final List<Object> received = new ArrayList<>();

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  void whatIsSentIsReceived() {
    Map<String, Object> body =
        Map.of("id", UUID.randomUUID(), "price", new BigDecimal("12.50"), "tags", List.of("a", 1L));

    publish(body, PublishOptions.builder().routingKey("jobs").declare(jobs).build());
    receive(1);

    assertThat(received).containsExactly(body);
  }

  @Test
  void compressedBodiesAreReadAgain() {
    PublishOptions zipped =
        PublishOptions.builder().routingKey("jobs").declare(jobs).compression("zlib").build();

    publish("x".repeat(10_000), zipped);
    consumer(
            message -> {
              assertThat(message.rawBody().length).isLessThan(1_000);
              assertThat(message.headers()).containsEntry("compression", "application/x-gzip");
              received.add(message.payload());
              message.ack();
            })
        .consume();
    drain(1);

    assertThat(received).containsExactly("x".repeat(10_000));
  }

  @Test
  void aTopicExchangeSortsMessages() {
    Exchange news = Exchange.topic("news");
    Queue sport = Queue.bound("sport", news, "sport.*");
    connection.declare(sport);
    Producer producer = connection.producer().exchange(news).build();

    producer.publish("goal", PublishOptions.to("sport.football"));
    producer.publish("rain", PublishOptions.to("weather.today"));
    connection
        .consumer()
        .queue(sport)
        .handler((body, message) -> received.add(body))
        .build()
        .consume();
    drain(1);

    assertThat(received).containsExactly("goal");
    assertThat(connection.drainEvents(Duration.ZERO)).isZero();
  }

  @Test
  void aMessageThatReachesNoQueueFailsIfItHasTo() {
    Producer producer = connection.producer().mandatory().build();

    assertThatThrownBy(() -> producer.publish("lost", PublishOptions.to("nowhere")))
        .isInstanceOf(MessageRefusedException.class);
    producer.publish("dropped", PublishOptions.builder().mandatory(false).build());
  }

  @Test
  void aMessageThatReachesNoQueueIsHandedBackToWhoeverListens() {
    CompletableFuture<OutgoingMessage> returned = new CompletableFuture<>();
    Producer producer =
        connection
            .producer()
            .mandatory()
            .onReturn((message, reason) -> returned.complete(message))
            .build();

    assertThatThrownBy(() -> producer.publish("lost", PublishOptions.to("nowhere")))
        .isInstanceOf(MessageRefusedException.class);

    OutgoingMessage message = returned.orTimeout(20, TimeUnit.SECONDS).join();
    assertThat(message.destination().routingKey()).isEqualTo("nowhere");
    assertThat(message.message().body()).asString(StandardCharsets.UTF_8).isEqualTo("lost");
  }

  @Test
  void aDeclarationThatContradictsAnotherIsRefused() {
    connection.declare(Exchange.direct("media"));

    assertThatThrownBy(() -> connection.declare(Exchange.topic("media")))
        .isInstanceOf(OperationalException.class);
    assertThat(connection.defaultChannel().isOpen()).isTrue();
  }

  @Test
  void whatAConsumerDidNotSettleIsDeliveredAgain() {
    publish("work", PublishOptions.builder().routingKey("jobs").declare(jobs).build());
    Consumer first = consumer(message -> received.add(message.redelivered()));
    first.consume();
    drain(1);

    first.close();
    consumer(
            message -> {
              received.add(message.redelivered());
              message.ack();
            })
        .consume();
    drain(1);

    assertThat(received).containsExactly(false, true);
  }

  @Test
  void aConsumerThatRecoversIsDeliveredAgainWhatItDidNotSettle() {
    publish("work", PublishOptions.builder().routingKey("jobs").declare(jobs).build());
    Consumer consumer = consumer(message -> received.add(message.redelivered()));
    consumer.consume();
    drain(1);

    consumer.recover();
    drain(1);

    assertThat(received).containsExactly(false, true);
  }

  @Test
  void prefetchBoundsWhatIsOut() {
    Producer producer = connection.producer().build();
    PublishOptions options = PublishOptions.builder().routingKey("jobs").declare(jobs).build();
    producer.publishAll(IntStream.range(0, 10).boxed().toList(), options).orThrow();
    List<Message> held = new ArrayList<>();
    Consumer consumer = connection.consumer().queue(jobs).prefetch(3).onMessage(held::add).build();
    consumer.consume();

    while (held.size() < 3) {
      drain(1);
    }
    assertThat(connection.drainEvents(Duration.ofMillis(20))).isZero();
    held.forEach(Message::ack);

    while (held.size() < 6) {
      drain(1);
    }
  }

  private void publish(Object body, PublishOptions options) {
    connection.producer().build().publish(body, options);
  }

  private Consumer consumer(java.util.function.Consumer<Message> onMessage) {
    return connection.consumer().queue(jobs).onMessage(onMessage).build();
  }

  private void receive(int count) {
    connection
        .consumer()
        .queue(jobs)
        .handler(
            (body, message) -> {
              received.add(body);
              message.ack();
            })
        .build()
        .consume();
    drain(count);
  }

  private void drain(int atLeast) {
    int handled = 0;
    while (handled < atLeast) {
      int now = connection.drainEvents(Duration.ofSeconds(10));
      assertThat(now).as("events within 10 s").isPositive();
      handled += now;
    }
  }
}
