package io.github.celeryjava.kombu.transport;

import static java.util.Objects.requireNonNull;

/**
 * Where to publish.
 *
 * @param exchange exchange name; empty for the default exchange, which routes to the queue named by
 *     the routing key
 * @param routingKey routing key
 * @param mandatory whether a message that reaches no queue is an error; transports without {@link
 *     Capability#MANDATORY} ignore it
 */
public record Destination(String exchange, String routingKey, boolean mandatory) {

  public Destination {
    requireNonNull(exchange, "exchange");
    requireNonNull(routingKey, "routingKey");
  }

  /** To an exchange; a message that reaches no queue is dropped. */
  public static Destination exchange(String exchange, String routingKey) {
    return new Destination(exchange, routingKey, false);
  }

  /** Straight to a queue, which has to exist where the transport can tell. */
  public static Destination queue(String queue) {
    return new Destination("", queue, true);
  }
}
