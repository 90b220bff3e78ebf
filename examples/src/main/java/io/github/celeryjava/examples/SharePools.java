package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.PoolGroup;
import io.github.celeryjava.kombu.ProducerPool;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.Map;

/** Publishes and looks at a queue through pools; takes the URL of a broker. */
public final class SharePools {

  private SharePools() {}

  /** Runs the example: {@code SharePools [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://pools";
    Queue orders = Queue.named("orders");
    // tag::readme[]
    try (PoolGroup pools = PoolGroup.of(4, Duration.ofSeconds(5));
        Connection template = Connection.open(url)) {
      ProducerPool producers = pools.producers(template);
      producers.publish(
          Map.of("id", 1), PublishOptions.builder().routingKey("orders").declare(orders).build());

      long waiting =
          pools
              .connections(template)
              .call(connection -> connection.defaultChannel().purgeQueue("orders"));
      System.out.println("purged " + waiting);
    }
    // end::readme[]
  }
}
