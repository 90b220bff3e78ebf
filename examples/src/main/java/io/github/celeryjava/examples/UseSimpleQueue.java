package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.SimpleQueue;
import java.time.Duration;
import java.util.Map;

/** Uses a queue almost like a collection; takes the URL of a broker. */
public final class UseSimpleQueue {

  private UseSimpleQueue() {}

  /** Runs the example: {@code UseSimpleQueue [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://simple";
    // tag::readme[]
    try (Connection connection = Connection.open(url);
        SimpleQueue queue = connection.simpleQueue("letters")) {
      queue.put(Map.of("to", "Ann"));

      Message letter = queue.take(Duration.ofSeconds(5));
      System.out.println(letter.payload());
      letter.ack();
    }
    // end::readme[]
  }
}
