package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;

/** Does something on a broker until it works; takes the brokers' URLs, tried in order. */
public final class RetryOperations {

  private RetryOperations() {}

  /** Runs the example: {@code RetryOperations [amqp://one;amqp://other]}. */
  public static void main(String[] args) {
    String urls = args.length > 0 ? args[0] : "memory://";
    // tag::readme[]
    RetryPolicy patient =
        RetryPolicy.of(5, Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(1));
    try (Connection connection = Connection.builder(urls).retryPolicy(patient).build()) {
      connection.declare(Queue.named("mail"));

      long purged =
          connection.ensure(
              RetryPolicy.reconnecting(),
              Duration.ofSeconds(30),
              channel -> channel.purgeQueue("mail"));
      System.out.println("purged " + purged);
    }
    // end::readme[]
  }
}
