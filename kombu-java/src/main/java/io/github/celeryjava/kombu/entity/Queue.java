package io.github.celeryjava.kombu.entity;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A queue declaration. Pure data: it holds no channel, so one instance serves every thread and
 * every connection.
 *
 * <p>Named after {@code kombu.Queue}. Made by {@link #named} and {@link #builder}; changed copies
 * come from {@link #toBuilder}.
 *
 * @param name queue name; the empty string asks the broker to pick one
 * @param exchange exchange to bind to; {@link Exchange#DEFAULT} needs no binding
 * @param routingKey binding key
 * @param bindings further bindings; when there are any, {@code exchange} is not bound
 * @param durable whether the queue survives a broker restart
 * @param exclusive whether only the declaring connection may use it; implies {@code autoDelete}
 * @param autoDelete whether the broker drops it with its last consumer
 * @param noAck whether its consumers settle nothing
 * @param queueArguments arguments of the declaration, such as {@code x-queue-type}; the typed
 *     components below win over the same key here
 * @param bindingArguments arguments of the binding to {@code exchange}
 * @param consumerArguments arguments of each consumer, such as {@code x-priority}
 * @param expires how long the queue may stay unused before the broker drops it; null means for ever
 * @param messageTtl how long a message may wait in it; null means for ever
 * @param maxLength most messages it keeps; null means no limit
 * @param maxLengthBytes most bytes of bodies it keeps; null means no limit
 * @param maxPriority highest priority, 1 to 255; null declares a queue without priorities
 * @param noDeclare whether declaring does nothing, for the exchange and bindings too
 * @param alias a name for people; null if it has none
 */
public record Queue(
    String name,
    Exchange exchange,
    String routingKey,
    List<Binding> bindings,
    boolean durable,
    boolean exclusive,
    boolean autoDelete,
    boolean noAck,
    Map<String, @Nullable Object> queueArguments,
    Map<String, @Nullable Object> bindingArguments,
    Map<String, @Nullable Object> consumerArguments,
    @Nullable Duration expires,
    @Nullable Duration messageTtl,
    @Nullable Integer maxLength,
    @Nullable Long maxLengthBytes,
    @Nullable Integer maxPriority,
    boolean noDeclare,
    @Nullable String alias)
    implements Entity {

  public Queue {
    requireNonNull(name, "name");
    requireNonNull(exchange, "exchange");
    requireNonNull(routingKey, "routingKey");
    bindings = List.copyOf(bindings);
    autoDelete = autoDelete || exclusive;
    queueArguments = copy(queueArguments);
    bindingArguments = copy(bindingArguments);
    consumerArguments = copy(consumerArguments);
    requireMillis("expires", expires, 1);
    requireMillis("messageTtl", messageTtl, 0);
    if (maxPriority != null && (maxPriority < 1 || maxPriority > 255)) {
      throw new IllegalArgumentException("maxPriority must be 1 to 255, was " + maxPriority);
    }
  }

  /** A durable queue reached through the default exchange, under its own name. */
  public static Queue named(String name) {
    return builder(name).build();
  }

  /** A durable queue bound to {@code exchange}. */
  public static Queue bound(String name, Exchange exchange, String routingKey) {
    return builder(name).exchange(exchange).routingKey(routingKey).build();
  }

  /**
   * A queue that gets a copy of everything published to a fanout exchange, under a name that no
   * other has; it goes with its last consumer. Named after {@code kombu.common.Broadcast}.
   *
   * @param exchange name of the fanout exchange, and the queue's {@link #alias}
   */
  public static Queue broadcast(String exchange) {
    return broadcast(exchange, "bcast." + UUID.randomUUID());
  }

  /**
   * The same under a name of the caller's, which only one consumer at a time should use: two that
   * share the queue share the messages.
   */
  public static Queue broadcast(String exchange, String name) {
    return builder(name).exchange(Exchange.fanout(exchange)).autoDelete().alias(exchange).build();
  }

  /**
   * Reads a declaration from a map, as in Celery's setting {@code task_queues}. Named after {@code
   * kombu.Queue.from_dict}, whose keys it knows: {@code exchange}, {@code exchange_type}, {@code
   * routing_key} or {@code binding_key}, {@code durable}, {@code auto_delete}, {@code exclusive},
   * {@code expires} and {@code message_ttl} in seconds, {@code queue_arguments} and so on.
   *
   * <p>Other than there, {@code exchange} may be the exchange's own map, so that what {@link
   * #toMap} gives is read again.
   *
   * @throws IllegalArgumentException if a key is unknown or a value makes no sense
   */
  public static Queue fromMap(String name, Map<String, ? extends @Nullable Object> options) {
    return EntityMaps.queue(name, options);
  }

  /** The declaration as a new map, as kombu's {@code as_dict(recurse=True)} gives it. */
  public Map<String, @Nullable Object> toMap() {
    return EntityMaps.of(this);
  }

  /** Starts from a durable queue under its own name. */
  public static QueueBuilder builder(String name) {
    return new QueueBuilder(name);
  }

  /** Starts from this queue. */
  public QueueBuilder toBuilder() {
    return new QueueBuilder(this);
  }

  /**
   * What the broker is given when the queue is declared, in its units: milliseconds for times.
   *
   * @return a new map; the typed components replace equal keys of {@link #queueArguments}
   */
  public Map<String, @Nullable Object> declareArguments() {
    Map<String, @Nullable Object> arguments = new LinkedHashMap<>(queueArguments);
    if (expires != null) {
      arguments.put("x-expires", expires.toMillis());
    }
    if (messageTtl != null) {
      arguments.put("x-message-ttl", messageTtl.toMillis());
    }
    if (maxLength != null) {
      arguments.put("x-max-length", maxLength);
    }
    if (maxLengthBytes != null) {
      arguments.put("x-max-length-bytes", maxLengthBytes);
    }
    if (maxPriority != null) {
      arguments.put("x-max-priority", maxPriority);
    }
    return arguments;
  }

  /**
   * Whether the broker may drop the queue by itself, so that having declared it once proves
   * nothing.
   */
  public boolean isTemporary() {
    return autoDelete || expires != null || queueArguments.containsKey("x-expires");
  }

  /** Every binding to make, the one to {@link #exchange} included unless others replace it. */
  public List<Binding> allBindings() {
    if (!bindings.isEmpty()) {
      return bindings;
    }
    return exchange.isDefault()
        ? List.of()
        : List.of(new Binding(exchange, routingKey, bindingArguments));
  }

  private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> arguments) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
  }

  private static void requireMillis(String what, @Nullable Duration value, long least) {
    if (value != null && value.toMillis() < least) {
      throw new IllegalArgumentException(what + " must be at least " + least + " ms, was " + value);
    }
  }
}
