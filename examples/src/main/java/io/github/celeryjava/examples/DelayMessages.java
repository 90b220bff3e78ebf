package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.patterns.NativeDelay;
import java.time.Duration;
import java.util.Map;

/** Sends a message that RabbitMQ holds back for two seconds; takes the broker's URL. */
public final class DelayMessages {

  private DelayMessages() {}

  /** Runs the example: {@code DelayMessages amqp://user:password@host/vhost}. */
  public static void main(String[] args) {
    Queue mail = Queue.named("mail");
    try (Connection connection = Connection.open(args[0])) {
      Producer producer = connection.producer().build();
      // tag::readme[]
      NativeDelay delay = NativeDelay.quorum();
      delay.declare(connection); // once, about a hundred calls
      delay.bind(connection, mail);

      producer.publish(
          Map.of("to", "ann@example.org"),
          delay.after(Duration.ofSeconds(2), PublishOptions.to("mail")));
      // end::readme[]
      long sent = System.nanoTime();
      connection
          .consumer()
          .queue(mail)
          .handler(
              (body, message) -> {
                long seconds = Duration.ofNanos(System.nanoTime() - sent).toSeconds();
                System.out.println(body + " for " + NativeDelay.routingKey(message));
                System.out.println("after " + seconds + " s");
                message.ack();
              })
          .build()
          .consume();
      if (connection.drainEvents(Duration.ofSeconds(30)) == 0) {
        throw new IllegalStateException("nothing came within 30 s");
      }
    }
  }
}
