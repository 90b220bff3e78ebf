package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Sends three messages through an exchange and receives them again, without any task. Takes the URL
 * of a broker; by default everything stays in this process.
 */
public final class SendAndReceive {

  private SendAndReceive() {}

  /** Runs the example: {@code SendAndReceive [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://";
    Exchange media = Exchange.direct("media");
    Queue video = Queue.bound("video", media, "video");

    try (Connection connection = Connection.open(url)) {
      Producer producer = connection.producer().exchange(media).build();
      PublishOptions options = PublishOptions.builder().routingKey("video").declare(video).build();
      for (String name : List.of("intro.mp4", "talk.mp4", "outro.mp4")) {
        producer.publish(Map.of("name", name, "size", name.length()), options);
        System.out.println("sent     " + name);
      }

      // tag::readme[]
      CountDownLatch toCome = new CountDownLatch(3);
      Consumer consumer =
          connection
              .consumer()
              .queue(video)
              .accept("json")
              .handler(
                  (body, message) -> {
                    System.out.println("received " + body);
                    message.ack();
                    toCome.countDown();
                  })
              .build();
      consumer.consume();
      while (toCome.getCount() > 0) {
        int handled = connection.drainEvents(Duration.ofSeconds(5));
        if (handled == 0) {
          throw new IllegalStateException("nothing came within 5 s");
        }
      }
      consumer.cancel();
      // end::readme[]
    }
  }
}
