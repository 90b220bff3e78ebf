package io.github.celeryjava.kombu.entity;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One way for messages to reach a queue. Pure data.
 *
 * <p>Named after {@code kombu.binding}.
 *
 * @param exchange where the messages come from; declared together with the queue
 * @param routingKey binding key, read as a pattern by topic exchanges
 * @param arguments the broker's arguments, for headers exchanges the headers to match
 */
public record Binding(
    Exchange exchange, String routingKey, Map<String, @Nullable Object> arguments) {

  public Binding {
    requireNonNull(exchange, "exchange");
    requireNonNull(routingKey, "routingKey");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** A binding without arguments. */
  public static Binding of(Exchange exchange, String routingKey) {
    return new Binding(exchange, routingKey, Map.of());
  }
}
