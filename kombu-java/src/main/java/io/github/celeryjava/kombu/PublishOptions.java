package io.github.celeryjava.kombu;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.entity.Entity;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.transport.MessageProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to publish one message. Immutable; null means that the producer's default holds.
 *
 * <p>Covers the arguments of {@code kombu.Producer.publish}.
 *
 * @param exchange where to, with the mode of delivery for its messages; not declared unless it is
 *     the producer's own or in {@code declare}
 * @param routingKey routing key
 * @param mandatory whether a message that reaches no queue is an error
 * @param headers application headers; never null, may hold null values
 * @param properties the message's standard properties; content type and encoding given here win
 *     over the serializer's, delivery mode and priority over the defaults 2 and 0
 * @param serializer name of the serializer; not used if {@code properties} name a content type
 * @param compression name of the compression; the empty string switches the producer's own off
 * @param declare what to declare first, once a connection
 * @param timeout how long publishing may take in all, from the call to the broker's confirmation
 * @param retryPolicy how to go on after a recoverable error, within {@code timeout}
 */
public record PublishOptions(
    @Nullable Exchange exchange,
    @Nullable String routingKey,
    @Nullable Boolean mandatory,
    Map<String, @Nullable Object> headers,
    MessageProperties properties,
    @Nullable String serializer,
    @Nullable String compression,
    List<Entity> declare,
    @Nullable Duration timeout,
    @Nullable RetryPolicy retryPolicy) {

  private static final PublishOptions DEFAULTS = builder().build();

  public PublishOptions {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    requireNonNull(properties, "properties");
    declare = List.copyOf(declare);
    if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
      throw new IllegalArgumentException("timeout must be positive, was " + timeout);
    }
  }

  /** Starts with nothing set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The producer's defaults in everything. */
  public static PublishOptions defaults() {
    return DEFAULTS;
  }

  /** The producer's defaults in everything but the routing key. */
  public static PublishOptions to(String routingKey) {
    return builder().routingKey(routingKey).build();
  }

  /** The same options with one more entity to declare first. */
  public PublishOptions declaring(Entity entity) {
    List<Entity> more = new ArrayList<>(declare);
    more.add(requireNonNull(entity, "entity"));
    return new PublishOptions(
        exchange,
        routingKey,
        mandatory,
        headers,
        properties,
        serializer,
        compression,
        more,
        timeout,
        retryPolicy);
  }

  /**
   * The same options for the answer to a request, as {@code send_reply} of {@code kombu/common.py}
   * fills them in.
   */
  PublishOptions answering(Message request, @Nullable String requestSerializer) {
    MessageProperties asked = request.properties();
    if (asked.replyTo() == null) {
      throw new IllegalArgumentException("the request wants no answer: " + request);
    }
    MessageProperties answer =
        properties.correlationId() != null
            ? properties
            : properties.toBuilder().correlationId(asked.correlationId()).build();
    return new PublishOptions(
        exchange == null ? Exchange.DEFAULT : exchange,
        routingKey == null ? asked.replyTo() : routingKey,
        mandatory,
        headers,
        answer,
        serializer == null ? requestSerializer : serializer,
        compression,
        declare,
        timeout,
        retryPolicy);
  }

  /** Collects the options of one message; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private @Nullable Exchange exchange;
    private @Nullable String routingKey;
    private @Nullable Boolean mandatory;
    private final Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    private final MessageProperties.Builder properties = MessageProperties.builder();
    private @Nullable String serializer;
    private @Nullable String compression;
    private final List<Entity> declare = new ArrayList<>();
    private @Nullable Duration timeout;
    private @Nullable RetryPolicy retryPolicy;

    private Builder() {}

    /** Publishes to this exchange instead of the producer's. */
    public Builder exchange(Exchange exchange) {
      this.exchange = requireNonNull(exchange, "exchange");
      return this;
    }

    /** Publishes to the exchange of that name, which somebody else declares. */
    public Builder exchange(String exchange) {
      return exchange(Exchange.direct(exchange).undeclared());
    }

    public Builder routingKey(String routingKey) {
      this.routingKey = requireNonNull(routingKey, "routingKey");
      return this;
    }

    /**
     * Whether a message that reaches no queue fails with code 312 or is dropped unseen. Without
     * broker confirms a publish cannot know: it succeeds, and {@link ConnectionListener#returned}
     * hears of the message.
     */
    public Builder mandatory(boolean mandatory) {
      this.mandatory = mandatory;
      return this;
    }

    public Builder header(String name, @Nullable Object value) {
      headers.put(requireNonNull(name, "name"), value);
      return this;
    }

    public Builder headers(Map<String, ? extends @Nullable Object> headers) {
      this.headers.putAll(headers);
      return this;
    }

    /** 0 to 255; brokers make of it what they will, Celery uses 0 to 9. */
    public Builder priority(int priority) {
      if (priority < 0 || priority > 255) {
        throw new IllegalArgumentException("priority must be 0 to 255, was " + priority);
      }
      properties.priority(priority);
      return this;
    }

    /** How long the message is worth delivering; cut to whole milliseconds. */
    public Builder expiration(Duration expiration) {
      if (expiration.isNegative()) {
        throw new IllegalArgumentException("expiration must not be negative, was " + expiration);
      }
      properties.expiration(expiration);
      return this;
    }

    public Builder deliveryMode(DeliveryMode deliveryMode) {
      properties.deliveryMode(requireNonNull(deliveryMode, "deliveryMode"));
      return this;
    }

    public Builder correlationId(String correlationId) {
      properties.correlationId(requireNonNull(correlationId, "correlationId"));
      return this;
    }

    /** Name of the queue for answers. */
    public Builder replyTo(String replyTo) {
      properties.replyTo(requireNonNull(replyTo, "replyTo"));
      return this;
    }

    /**
     * The queue for answers, which is declared first.
     *
     * @throws IllegalArgumentException if the queue has no name yet; {@link Connection#declare}
     *     says which name the broker picks
     */
    public Builder replyTo(Queue queue) {
      if (queue.name().isEmpty()) {
        throw new IllegalArgumentException("the queue for answers has no name yet");
      }
      return declare(queue).replyTo(queue.name());
    }

    public Builder messageId(String messageId) {
      properties.messageId(requireNonNull(messageId, "messageId"));
      return this;
    }

    /** Cut to whole seconds. */
    public Builder timestamp(Instant timestamp) {
      properties.timestamp(requireNonNull(timestamp, "timestamp"));
      return this;
    }

    public Builder type(String type) {
      properties.type(requireNonNull(type, "type"));
      return this;
    }

    /** Checked by the broker against the user of the connection. */
    public Builder userId(String userId) {
      properties.userId(requireNonNull(userId, "userId"));
      return this;
    }

    public Builder appId(String appId) {
      properties.appId(requireNonNull(appId, "appId"));
      return this;
    }

    public Builder clusterId(String clusterId) {
      properties.clusterId(requireNonNull(clusterId, "clusterId"));
      return this;
    }

    /**
     * Adds a property of the application's own, beside the standard ones. Virtual transports
     * (Redis, filesystem, memory) carry it; AMQP has no place for it, and drops it.
     *
     * @param name none of a standard property
     * @param value what a header may be
     */
    public Builder property(String name, @Nullable Object value) {
      properties.custom(Collections.singletonMap(requireNonNull(name, "name"), value));
      return this;
    }

    /** Says what a text or bytes are instead of letting a serializer say so. */
    public Builder contentType(String contentType) {
      properties.contentType(requireNonNull(contentType, "contentType"));
      return this;
    }

    /** Goes with {@link #contentType}; {@code utf-8} for text and {@code binary} else. */
    public Builder contentEncoding(String contentEncoding) {
      properties.contentEncoding(requireNonNull(contentEncoding, "contentEncoding"));
      return this;
    }

    public Builder serializer(String serializer) {
      this.serializer = requireNonNull(serializer, "serializer");
      return this;
    }

    public Builder compression(String compression) {
      this.compression = requireNonNull(compression, "compression");
      return this;
    }

    /** Declares this first, unless the connection has done so already. */
    public Builder declare(Entity entity) {
      declare.add(requireNonNull(entity, "entity"));
      return this;
    }

    /** From the call to the confirmation, whatever happens in between; more than zero. */
    public Builder timeout(Duration timeout) {
      this.timeout = requireNonNull(timeout, "timeout");
      return this;
    }

    public Builder retryPolicy(RetryPolicy retryPolicy) {
      this.retryPolicy = requireNonNull(retryPolicy, "retryPolicy");
      return this;
    }

    /**
     * Freezes the options.
     *
     * @throws IllegalArgumentException if the time-out is not positive
     */
    public PublishOptions build() {
      return new PublishOptions(
          exchange,
          routingKey,
          mandatory,
          headers,
          properties.build(),
          serializer,
          compression,
          declare,
          timeout,
          retryPolicy);
    }
  }
}
