package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.ConsumerLoop;
import io.github.celeryjava.kombu.FailurePolicy;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Consumes until it is told to stop, whatever happens to the broker; takes its URL. */
public final class RunConsumerLoop {

  private record Order(String id, int pieces) {}

  private RunConsumerLoop() {}

  /** Runs the example: {@code RunConsumerLoop [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) throws InterruptedException {
    String url = args.length > 0 ? args[0] : "memory://loop";
    Queue orders = Queue.named("orders");
    CountDownLatch shipped = new CountDownLatch(2);
    try (Connection connection = Connection.open(url)) {
      PublishOptions options =
          PublishOptions.builder().routingKey("orders").declare(orders).build();
      connection
          .producer()
          .build()
          .publishAll(List.of(new Order("o-1", 2), new Order("o-2", 5)), options)
          .orThrow();
      // tag::readme[]
      ConsumerLoop loop =
          ConsumerLoop.builder(connection)
              .queue(orders)
              .accept("json")
              .threads(4) // and a prefetch count of 4
              .settling() // acknowledges what was handled
              .onFailure(FailurePolicy.REJECT)
              .handler(
                  Order.class,
                  (order, message) -> {
                    System.out.println("shipped " + order.id());
                    shipped.countDown();
                  })
              .grace(Duration.ofSeconds(10)) // for handlers that still run at the end
              .build();
      loop.start("orders");
      boolean all = shipped.await(10, TimeUnit.SECONDS);
      boolean ended = loop.stop(Duration.ofSeconds(15));
      // end::readme[]
      System.out.println("all " + all + ", ended " + ended);
    }
  }
}
