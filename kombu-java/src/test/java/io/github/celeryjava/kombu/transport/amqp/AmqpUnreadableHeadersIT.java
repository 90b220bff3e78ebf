package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.testing.Services;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Headers that the driver ends a connection over do not end it, nor come for ever. */
@Timeout(60)
class AmqpUnreadableHeadersIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void aMessageWithHeadersNestedTooDeeplyIsRefusedAndTheNextOneHandled() throws Exception {
    Queue queue = Queue.named("unreadable-headers-" + UUID.randomUUID());
    List<String> events = new ArrayList<>();

    try (Connection connection = Connection.open(Services.amqp().toString())) {
      Producer producer = connection.producer().build();
      PublishOptions options =
          PublishOptions.builder().routingKey(queue.name()).declare(queue).build();
      producer.publish(Map.of("n", 1), options);
      publishNested(queue, HeaderGuard.DEEPEST + 1);
      publishNested(queue, 300);
      producer.publish(Map.of("n", 4), options);
      Consumer consumer =
          connection
              .consumer()
              .queue(queue)
              .handler(
                  (body, message) -> {
                    events.add("handled " + body);
                    message.ack();
                  })
              .onDecodeError(
                  (message, failure) -> {
                    events.add("refused: " + failure.getMessage());
                    message.reject();
                  })
              .build();
      consumer.consume();
      while (events.size() < 4) {
        assertThat(connection.drainEvents(LIMIT)).isPositive();
      }
    }

    assertThat(events)
        .containsExactly(
            "handled {n=1}",
            "refused: the headers cannot be read: they are nested deeper than 32 levels",
            "refused: the headers cannot be read: they are nested deeper than 32 levels",
            "handled {n=4}");
  }

  @Test
  void headersThatNoConsumerCouldReadAreNotSent() {
    PublishOptions options = PublishOptions.builder().header("h", nested(33)).build();

    try (Connection connection = Connection.open(Services.amqp().toString())) {
      Producer producer = connection.producer().build();

      assertThatExceptionOfType(EncodeException.class)
          .isThrownBy(() -> producer.publish("body", options))
          .withMessageContaining("is nested deeper than 32 levels");
    }
  }

  /** With the driver alone, which lets everything out. */
  private static void publishNested(Queue queue, int levels) throws Exception {
    URI uri = Services.amqp();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(uri.getHost());
    factory.setPort(uri.getPort());
    factory.setUsername(uri.getUserInfo().split(":", 2)[0]);
    factory.setPassword(uri.getUserInfo().split(":", 2)[1]);
    factory.setVirtualHost(uri.getPath().substring(1));
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .headers(Map.of("h", nested(levels)))
            .build();
    try (com.rabbitmq.client.Connection driver = factory.newConnection()) {
      Channel channel = driver.createChannel();
      channel.confirmSelect();
      channel.basicPublish("", queue.name(), properties, new byte[] {'1'});
      channel.waitForConfirmsOrDie(LIMIT.toMillis());
    }
  }

  private static Object nested(int levels) {
    Object nested = 1;
    for (int i = 0; i < levels; i++) {
      nested = List.of(nested);
    }
    return nested;
  }
}
