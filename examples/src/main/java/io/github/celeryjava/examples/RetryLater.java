package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConsumerLoop;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.patterns.DelayedRetry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the broker bring a message again that could not be handled; needs RabbitMQ. */
public final class RetryLater {

  private RetryLater() {}

  /** Runs the example: {@code RetryLater amqp://user:password@host/vhost}. */
  public static void main(String[] args) throws InterruptedException {
    CountDownLatch delivered = new CountDownLatch(1);
    try (Connection connection = Connection.open(args[0])) {
      Producer producer = connection.producer().build();
      // tag::readme[]
      DelayedRetry retry =
          DelayedRetry.of(Queue.named("webhooks"), Duration.ofMillis(500), Duration.ofMinutes(1));
      retry.declare(connection);
      ConsumerLoop loop =
          ConsumerLoop.builder(connection)
              .queue(retry.queue())
              .accept("json")
              .settling()
              .handler(
                  (body, message) -> {
                    if (DelayedRetry.retries(message) == 0) {
                      throw new IllegalStateException("the other side is busy");
                    }
                    System.out.println("delivered " + body);
                    delivered.countDown();
                  })
              .onFailure((message, error) -> retry.again(message, producer))
              .build();
      // end::readme[]
      loop.start("webhooks");
      producer.publish(Map.of("order", 7), PublishOptions.to(retry.queue().name()));
      if (!delivered.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not delivered within 20 s");
      }
      boolean unused = loop.stop(Duration.ofSeconds(10));
    }
  }
}
