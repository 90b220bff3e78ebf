package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;

/**
 * A {@link SimpleQueue} of which nothing lasts: messages are kept in the broker's memory and gone
 * once delivered, the queue belongs to its connection and goes with it.
 *
 * <p>Named after {@code kombu.simple.SimpleBuffer}.
 */
public final class SimpleBuffer extends SimpleQueue {

  private SimpleBuffer(Builder settings) {
    super(settings);
  }

  /**
   * A buffer of that name; nothing is opened or declared yet.
   *
   * @param connection stays open when the buffer is closed
   */
  public static SimpleBuffer of(Connection connection, String name) {
    Exchange exchange =
        Exchange.direct(name).notDurable().autoDeleted().withDeliveryMode(DeliveryMode.TRANSIENT);
    Queue queue =
        Queue.builder(name).exchange(exchange).routingKey(name).notDurable().exclusive().build();
    return new SimpleBuffer(builder(connection, queue).noAck());
  }
}
