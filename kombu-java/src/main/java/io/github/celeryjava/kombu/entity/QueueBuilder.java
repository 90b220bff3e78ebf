package io.github.celeryjava.kombu.entity;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the components of one {@link Queue}; not thread-safe. */
public final class QueueBuilder {

  private static final String TYPE = "x-queue-type";

  private enum Kind {
    AS_DECLARED,
    QUORUM,
    STREAM
  }

  // Mutable state
  private Kind kind = Kind.AS_DECLARED;
  private String name;
  private Exchange exchange = Exchange.DEFAULT;
  private @Nullable String routingKey;
  private final List<Binding> bindings = new ArrayList<>();
  private boolean durable = true;
  private boolean exclusive;
  private boolean autoDelete;
  private boolean noAck;
  private final Map<String, @Nullable Object> queueArguments = new LinkedHashMap<>();
  private Map<String, @Nullable Object> bindingArguments = Map.of();
  private Map<String, @Nullable Object> consumerArguments = Map.of();
  private @Nullable Duration expires;
  private @Nullable Duration messageTtl;
  private @Nullable Integer maxLength;
  private @Nullable Long maxLengthBytes;
  private @Nullable Integer maxPriority;
  private boolean noDeclare;
  private @Nullable String alias;

  QueueBuilder(String name) {
    this.name = requireNonNull(name, "name");
  }

  QueueBuilder(Queue queue) {
    name = queue.name();
    exchange = queue.exchange();
    routingKey = queue.routingKey();
    bindings.addAll(queue.bindings());
    durable = queue.durable();
    exclusive = queue.exclusive();
    autoDelete = queue.autoDelete();
    noAck = queue.noAck();
    queueArguments.putAll(queue.queueArguments());
    bindingArguments = queue.bindingArguments();
    consumerArguments = queue.consumerArguments();
    expires = queue.expires();
    messageTtl = queue.messageTtl();
    maxLength = queue.maxLength();
    maxLengthBytes = queue.maxLengthBytes();
    maxPriority = queue.maxPriority();
    noDeclare = queue.noDeclare();
    alias = queue.alias();
  }

  public QueueBuilder name(String name) {
    this.name = requireNonNull(name, "name");
    return this;
  }

  /** Where the queue gets its messages from; the default exchange unless set. */
  public QueueBuilder exchange(Exchange exchange) {
    this.exchange = requireNonNull(exchange, "exchange");
    return this;
  }

  /** Binding key; the queue's name on the default exchange and empty elsewhere unless set. */
  public QueueBuilder routingKey(String routingKey) {
    this.routingKey = requireNonNull(routingKey, "routingKey");
    return this;
  }

  /** Adds a binding; the first one replaces the binding to the queue's own exchange. */
  public QueueBuilder binding(Binding binding) {
    bindings.add(requireNonNull(binding, "binding"));
    return this;
  }

  /** Lets the queue go with a restart of the broker. */
  public QueueBuilder notDurable() {
    durable = false;
    return this;
  }

  /** Keeps the queue for the declaring connection, and drops it with that connection. */
  public QueueBuilder exclusive() {
    exclusive = true;
    return this;
  }

  /** Drops the queue with its last consumer. */
  public QueueBuilder autoDelete() {
    autoDelete = true;
    return this;
  }

  /** Lets its consumers take messages without settling them. */
  public QueueBuilder noAck() {
    noAck = true;
    return this;
  }

  /** Adds one argument of the declaration, such as {@code x-queue-type}. */
  public QueueBuilder argument(String key, @Nullable Object value) {
    queueArguments.put(requireNonNull(key, "key"), value);
    return this;
  }

  public QueueBuilder arguments(Map<String, ? extends @Nullable Object> arguments) {
    queueArguments.putAll(arguments);
    return this;
  }

  public QueueBuilder bindingArguments(Map<String, @Nullable Object> arguments) {
    bindingArguments = requireNonNull(arguments, "arguments");
    return this;
  }

  public QueueBuilder consumerArguments(Map<String, @Nullable Object> arguments) {
    consumerArguments = requireNonNull(arguments, "arguments");
    return this;
  }

  /** Drops the queue after it has been unused that long; at least 1 ms. */
  public QueueBuilder expires(Duration expires) {
    this.expires = requireNonNull(expires, "expires");
    return this;
  }

  /** Drops or dead-letters a message that has waited that long. */
  public QueueBuilder messageTtl(Duration messageTtl) {
    this.messageTtl = requireNonNull(messageTtl, "messageTtl");
    return this;
  }

  public QueueBuilder maxLength(int messages) {
    maxLength = messages;
    return this;
  }

  public QueueBuilder maxLengthBytes(long bytes) {
    maxLengthBytes = bytes;
    return this;
  }

  /** Makes it a priority queue; 1 to 255. */
  public QueueBuilder maxPriority(int maxPriority) {
    this.maxPriority = maxPriority;
    return this;
  }

  /**
   * Makes it a quorum queue, kept by several nodes of the broker. Such a queue is durable and
   * neither exclusive nor dropped with its consumers, and has no priorities of its own.
   */
  public QueueBuilder quorum() {
    kind = Kind.QUORUM;
    return argument(TYPE, "quorum");
  }

  /**
   * Makes it a stream, whose messages stay when they were consumed. Beside what a {@link #quorum}
   * queue is not, it neither expires nor dead-letters, and is bounded by bytes and age alone.
   * Consumers need a prefetch count, and say by the argument {@code x-stream-offset} where to
   * begin.
   */
  public QueueBuilder stream() {
    kind = Kind.STREAM;
    return argument(TYPE, "stream");
  }

  /** How long a stream keeps its messages; whole seconds. */
  public QueueBuilder maxAge(Duration age) {
    return argument("x-max-age", age.toSeconds() + "s");
  }

  /** How often a quorum queue delivers a message again before it drops or dead-letters it. */
  public QueueBuilder deliveryLimit(int times) {
    return argument("x-delivery-limit", times);
  }

  /** Lets one consumer at a time receive, the others wait for its end. */
  public QueueBuilder singleActiveConsumer() {
    return argument("x-single-active-consumer", true);
  }

  /** Where messages go that were rejected, expired or pushed out; the empty name is the default. */
  public QueueBuilder deadLetterExchange(String exchange) {
    return argument("x-dead-letter-exchange", exchange);
  }

  /** The key they go there with; their own unless set. */
  public QueueBuilder deadLetterRoutingKey(String routingKey) {
    return argument("x-dead-letter-routing-key", routingKey);
  }

  /** What to do when the queue is full. */
  public QueueBuilder overflow(Overflow overflow) {
    return argument("x-overflow", overflow.code());
  }

  /** Leaves the queue, its exchange and its bindings to somebody else. */
  public QueueBuilder noDeclare() {
    noDeclare = true;
    return this;
  }

  public QueueBuilder alias(String alias) {
    this.alias = requireNonNull(alias, "alias");
    return this;
  }

  /**
   * Checks and freezes the declaration.
   *
   * @throws IllegalArgumentException if a time or a priority is out of bounds, or the kind of queue
   *     refuses an option
   */
  public Queue build() {
    if (kind != Kind.AS_DECLARED) {
      refuse(!durable, "transient");
      refuse(exclusive, "exclusive");
      refuse(autoDelete, "dropped with its last consumer");
      refuse(maxPriority != null, "a priority queue");
    }
    if (kind == Kind.STREAM) {
      refuse(expires != null, "dropped when it is unused");
      refuse(messageTtl != null, "given a TTL for messages; use maxAge");
      refuse(maxLength != null, "bounded by a number of messages; use maxLengthBytes or maxAge");
      refuse(noAck, "consumed without acknowledgements");
      refuse(queueArguments.containsKey("x-dead-letter-exchange"), "given a dead-letter exchange");
    }
    String key = routingKey != null ? routingKey : exchange.isDefault() ? name : "";
    return new Queue(
        name,
        exchange,
        key,
        bindings,
        durable,
        exclusive,
        autoDelete,
        noAck,
        queueArguments,
        bindingArguments,
        consumerArguments,
        expires,
        messageTtl,
        maxLength,
        maxLengthBytes,
        maxPriority,
        noDeclare,
        alias);
  }

  private void refuse(boolean wrong, String what) {
    if (wrong) {
      throw new IllegalArgumentException(
          "queue '" + name + "': a " + queueArguments.get(TYPE) + " queue cannot be " + what);
    }
  }
}
