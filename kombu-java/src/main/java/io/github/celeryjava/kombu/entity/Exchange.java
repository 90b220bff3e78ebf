package io.github.celeryjava.kombu.entity;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exchange declaration. Pure data: it holds no channel, so one instance serves every thread and
 * every connection.
 *
 * <p>Named after {@code kombu.Exchange}.
 *
 * @param name exchange name; the empty string is the default exchange, which is never declared
 * @param type how it routes
 * @param durable whether it survives a broker restart
 * @param autoDelete whether the broker drops it with its last binding
 * @param deliveryMode mode of the messages published to it unless the message says otherwise; null
 *     leaves it to the producer
 * @param arguments the broker's arguments, such as {@code alternate-exchange}; values may be null
 * @param passive whether declaring only checks that it exists
 * @param noDeclare whether declaring does nothing at all
 */
public record Exchange(
    String name,
    ExchangeType type,
    boolean durable,
    boolean autoDelete,
    @Nullable DeliveryMode deliveryMode,
    Map<String, @Nullable Object> arguments,
    boolean passive,
    boolean noDeclare)
    implements Entity {

  /** The nameless exchange that routes to the queue named by the routing key. */
  public static final Exchange DEFAULT = of("", ExchangeType.DIRECT);

  public Exchange {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  /** A durable exchange of the given type. */
  public static Exchange of(String name, ExchangeType type) {
    return new Exchange(name, type, true, false, null, Map.of(), false, false);
  }

  /** A durable direct exchange. */
  public static Exchange direct(String name) {
    return of(name, ExchangeType.DIRECT);
  }

  /** A durable topic exchange. */
  public static Exchange topic(String name) {
    return of(name, ExchangeType.TOPIC);
  }

  /** A durable fanout exchange. */
  public static Exchange fanout(String name) {
    return of(name, ExchangeType.FANOUT);
  }

  /** A durable headers exchange. */
  public static Exchange headers(String name) {
    return of(name, ExchangeType.HEADERS);
  }

  /**
   * Reads a declaration from a map with kombu's names: {@code name}, {@code type}, {@code durable},
   * {@code auto_delete}, {@code delivery_mode}, {@code arguments}, {@code passive}, {@code
   * no_declare}.
   *
   * @throws IllegalArgumentException if a key is unknown or a value makes no sense
   */
  public static Exchange fromMap(Map<String, ? extends @Nullable Object> map) {
    return EntityMaps.exchange(map);
  }

  /** The declaration as a new map, in the form of {@link #fromMap} and kombu's {@code as_dict}. */
  public Map<String, @Nullable Object> toMap() {
    return EntityMaps.of(this);
  }

  /** What a queue that wants messages of this exchange is bound by. */
  public Binding binding(String routingKey) {
    return Binding.of(this, routingKey);
  }

  /** The same exchange, gone when the broker restarts. */
  public Exchange notDurable() {
    return new Exchange(name, type, false, autoDelete, deliveryMode, arguments, passive, noDeclare);
  }

  /** The same exchange, dropped by the broker with its last binding. */
  public Exchange autoDeleted() {
    return new Exchange(name, type, durable, true, deliveryMode, arguments, passive, noDeclare);
  }

  public Exchange withDeliveryMode(DeliveryMode deliveryMode) {
    return new Exchange(
        name, type, durable, autoDelete, deliveryMode, arguments, passive, noDeclare);
  }

  public Exchange withArguments(Map<String, @Nullable Object> arguments) {
    return new Exchange(
        name, type, durable, autoDelete, deliveryMode, arguments, passive, noDeclare);
  }

  /** The same exchange, for a program that only checks that somebody else has declared it. */
  public Exchange passively() {
    return new Exchange(name, type, durable, autoDelete, deliveryMode, arguments, true, noDeclare);
  }

  /** The same exchange, left alone by every declaration. */
  public Exchange undeclared() {
    return new Exchange(name, type, durable, autoDelete, deliveryMode, arguments, passive, true);
  }

  /** Whether this is the nameless default exchange. */
  public boolean isDefault() {
    return name.isEmpty();
  }

  /**
   * Whether declaring this exchange would reach the broker: not for the default exchange, not for
   * the broker's own ({@code amq.}), not when {@link #noDeclare} is set.
   */
  public boolean isDeclarable() {
    return !noDeclare && !name.isEmpty() && !name.startsWith("amq.");
  }
}
