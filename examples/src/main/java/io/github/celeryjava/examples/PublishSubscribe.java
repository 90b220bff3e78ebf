package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * News for whoever is interested, chosen by topic. Takes the URL of a broker, which may be
 * RabbitMQ, Redis, a folder or memory, and the half to run: {@code publish} or {@code subscribe},
 * both if none is given. {@code publish_subscribe.py} is the other half in Python.
 */
public final class PublishSubscribe {

  private PublishSubscribe() {}

  /** Runs the example: {@code PublishSubscribe [amqp://user:password@host [publish|subscribe]]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://news";
    String half = args.length > 1 ? args[1] : "both";
    // tag::declare[]
    Exchange news = Exchange.topic("news");
    Queue sport = Queue.bound("sport desk", news, "sport.#");
    Queue oslo = Queue.bound("oslo desk", news, "*.oslo");
    // end::declare[]
    try (Connection connection = Connection.open(url)) {
      connection.declare(sport);
      connection.declare(oslo);
      System.out.println("listening");
      if (!half.equals("subscribe")) {
        publish(connection, news);
      }
      if (!half.equals("publish")) {
        subscribe(connection, sport, oslo);
      }
    }
  }

  private static void publish(Connection connection, Exchange news) {
    // tag::publish[]
    Producer producer = connection.producer().exchange(news).build();
    producer.publish(Map.of("title", "Skiing"), PublishOptions.to("sport.oslo"));
    producer.publish(Map.of("title", "Football"), PublishOptions.to("sport.rome.late"));
    producer.publish(Map.of("title", "Trams"), PublishOptions.to("traffic.oslo"));
    producer.publish(Map.of("title", "Nobody cares"), PublishOptions.to("traffic.rome"));
    // end::publish[]
  }

  private static void subscribe(Connection connection, Queue sport, Queue oslo) {
    CountDownLatch toCome = new CountDownLatch(4);
    // tag::subscribe[]
    connection
        .consumer()
        .queue(sport, oslo)
        .accept("json")
        .handler(
            (body, message) -> {
              System.out.println(message.queue() + ": " + body + " about " + message.routingKey());
              message.ack();
              toCome.countDown();
            })
        .build()
        .consume();
    while (toCome.getCount() > 0) {
      if (connection.drainEvents(Duration.ofSeconds(20)) == 0) {
        throw new IllegalStateException("nothing came within 20 s");
      }
    }
    // end::subscribe[]
  }
}
