package io.github.celeryjava.kombu.transport.virtual;

import static java.util.Objects.requireNonNull;

/**
 * One binding of an exchange, in the three parts that kombu stores.
 *
 * @param routingKey the key the queue was bound with
 * @param pattern the regular expression a topic exchange evaluates; empty for other types
 * @param queue the queue's name
 */
public record BoundQueue(String routingKey, String pattern, String queue) {

  public BoundQueue {
    requireNonNull(routingKey, "routingKey");
    requireNonNull(pattern, "pattern");
    requireNonNull(queue, "queue");
  }
}
