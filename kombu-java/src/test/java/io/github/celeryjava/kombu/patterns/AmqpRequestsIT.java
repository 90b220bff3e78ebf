package io.github.celeryjava.kombu.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import io.github.celeryjava.kombu.testing.FaultProxy;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AmqpRequestsIT extends RequestClientContract {

  @Override
  Connection connect() {
    return Connection.open(Services.amqp().toString());
  }

  @Test
  void aRequestThatReachesNoQueueFailsAtOnce() {
    try (Connection connection = connect();
        RequestClient client = RequestClient.of(connection)) {
      CompletableFuture<Message> answer =
          client.request("q", PublishOptions.to("no-such-queue"), Duration.ofMinutes(1));

      assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(MessageRefusedException.class)
          .hasMessageContaining("no-such-queue");
    }
  }

  @Test
  void anAnswerThatComesWhileTheConnectionIsDownIsNotLost() throws Exception {
    try (FaultProxy proxy = FaultProxy.to(Services.amqp());
        Connection proxied = Connection.open(proxy.uri().toString());
        Connection direct = connect();
        RequestClient client = RequestClient.of(proxied)) {
      String queue = direct.declare(questionsOfOneTest());
      CompletableFuture<Message> answer =
          client.request("q", PublishOptions.to(queue), Duration.ofSeconds(40));
      var request =
          Awaitility.await()
              .until(() -> direct.defaultChannel().get(queue, AckMode.NONE), Optional::isPresent)
              .orElseThrow()
              .message()
              .properties();

      proxy.refuse();
      proxy.reset();
      direct
          .producer()
          .build()
          .publish(
              "meanwhile",
              PublishOptions.builder()
                  .routingKey(request.replyTo())
                  .correlationId(request.correlationId())
                  .mandatory(true)
                  .build());
      proxy.accept();

      assertThat(answer.get(40, TimeUnit.SECONDS).payload()).isEqualTo("meanwhile");
      direct.defaultChannel().deleteQueue(queue);
    }
  }

  private static Queue questionsOfOneTest() {
    return Queue.named("questions-" + UUID.randomUUID());
  }
}
