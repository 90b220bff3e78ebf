package io.github.celeryjava.kombu.entity;

import static java.util.Objects.requireNonNull;

/**
 * How an exchange routes. Any name may be given, for brokers with plug-ins; the four that AMQP
 * defines are constants.
 *
 * @param name the broker's name of the type, for example {@code direct}
 */
public record ExchangeType(String name) {

  public static final ExchangeType DIRECT = new ExchangeType("direct");
  public static final ExchangeType TOPIC = new ExchangeType("topic");
  public static final ExchangeType FANOUT = new ExchangeType("fanout");
  public static final ExchangeType HEADERS = new ExchangeType("headers");

  public ExchangeType {
    requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an exchange type needs a name");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
