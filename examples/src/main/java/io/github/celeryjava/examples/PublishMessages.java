package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.PublishReport;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.MessageRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Publishes one message, one without waiting, and many at once; takes the URL of a broker. */
public final class PublishMessages {

  private PublishMessages() {}

  /** Runs the example: {@code PublishMessages [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://publish";
    Exchange shop = Exchange.direct("shop");
    Queue orders = Queue.bound("orders", shop, "order");
    try (Connection connection = Connection.open(url)) {
      // tag::readme[]
      Producer producer = connection.producer().exchange(shop).mandatory().build();
      PublishOptions order =
          PublishOptions.builder()
              .routingKey("order")
              .declare(orders) // once a connection
              .timeout(Duration.ofSeconds(5)) // from here to the confirm
              .build();

      producer.publish(Map.of("id", 1), order); // waits for the broker's confirm

      CompletableFuture<@Nullable Void> second = producer.publishAsync(Map.of("id", 2), order);

      PublishReport report = producer.publishAll(List.of(Map.of("id", 3), Map.of("id", 4)), order);
      System.out.println("confirmed " + report.confirmed() + " of " + report.size());

      try {
        producer.publish(Map.of("id", 5), PublishOptions.to("ordre"));
      } catch (MessageRefusedException e) {
        System.out.println("refused " + e.replyCode()); // 312: it reached no queue
      }
      // end::readme[]
      second.join();
    }
  }
}
