package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Consumer;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.serialization.JsonSerializer;
import io.github.celeryjava.kombu.serialization.ReadLimits;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends records in JSON, MessagePack and YAML, compressed, and reads them as records again. Takes
 * the URL of a broker; by default everything stays in this process.
 */
public final class SerializeAndCompress {

  private SerializeAndCompress() {}

  /** A type that JSON does not know and that both sides have registered. */
  public record Money(BigDecimal amount, String currency) {

    static Money parse(Object text) {
      String written = (String) text;
      int space = written.indexOf(' ');
      return new Money(new BigDecimal(written.substring(0, space)), written.substring(space + 1));
    }
  }

  /** An order with a price. */
  public record Order(String id, Instant placed, Money price) {}

  /** What a sensor has measured; it has a form in every format. */
  public record Reading(String sensor, List<Double> values, boolean valid) {}

  /** Runs the example: {@code SerializeAndCompress [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    run(args.length > 0 ? args[0] : "memory://");
  }

  private static void run(String url) {
    Order order = new Order("o-1", Instant.EPOCH, new Money(new BigDecimal("9.90"), "NOK"));
    Reading reading = new Reading("s-1", List.of(20.5, 21.0), true);
    Queue queue = Queue.named("formats");

    // tag::readme[]
    JsonSerializer json =
        JsonSerializer.builder()
            .type(Money.class, "money", m -> m.amount() + " " + m.currency(), Money::parse)
            .build();
    SerializerRegistry serializers =
        SerializerRegistry.builder()
            .register(json)
            .limits(ReadLimits.defaults().withMaxBodyBytes(10 << 20))
            .build();

    try (Connection connection = Connection.builder(url).serializers(serializers).build()) {
      Producer producer = connection.producer().routingKey("formats").compression("zlib").build();
      PublishOptions orders = PublishOptions.builder().type("order").declare(queue).build();
      producer.publish(order, orders);
      producer.publish(reading, PublishOptions.builder().serializer("msgpack").build());
      producer.publish(
          reading, PublishOptions.builder().serializer("yaml").compression("zstd").build());

      AtomicInteger toCome = new AtomicInteger(3);
      Consumer consumer =
          connection
              .consumer()
              .queue(queue)
              .accept("json", "msgpack", "yaml")
              .onMessage(
                  message -> {
                    boolean isOrder = "order".equals(message.properties().type());
                    Class<?> type = isOrder ? Order.class : Reading.class;
                    System.out.println(message.as(type));
                    message.ack();
                    toCome.decrementAndGet();
                  })
              .build();
      consumer.consume();
      while (toCome.get() > 0 && connection.drainEvents(Duration.ofSeconds(5)) > 0) {}
    }
    // end::readme[]
  }
}
