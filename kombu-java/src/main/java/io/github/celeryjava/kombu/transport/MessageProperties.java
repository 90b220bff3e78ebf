package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.entity.DeliveryMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The standard properties of a message. Immutable; null means that the property is absent.
 *
 * @param contentType MIME type of the body before compression
 * @param contentEncoding character set of the body, or {@code binary}
 * @param deliveryMode whether the broker keeps it on disk
 * @param priority 0 to 255; what it means is the transport's affair
 * @param correlationId what the message belongs to, for Celery the task id
 * @param replyTo name of the queue for answers
 * @param expiration how long the message is worth delivering, whole milliseconds
 * @param messageId the application's id of the message
 * @param timestamp when it was made, whole seconds
 * @param type the application's kind of message
 * @param userId the broker's user, checked by the broker
 * @param appId the application's name
 * @param clusterId what old brokers called a cluster; passed on unchanged
 * @param custom the application's own properties, which only virtual transports carry: on AMQP
 *     there is no place for them, and they are dropped; never null, may hold null values
 */
public record MessageProperties(
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable DeliveryMode deliveryMode,
    @Nullable Integer priority,
    @Nullable String correlationId,
    @Nullable String replyTo,
    @Nullable Duration expiration,
    @Nullable String messageId,
    @Nullable Instant timestamp,
    @Nullable String type,
    @Nullable String userId,
    @Nullable String appId,
    @Nullable String clusterId,
    Map<String, @Nullable Object> custom) {

  public MessageProperties {
    custom = custom.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(custom));
  }

  /** Properties without any of the application's own. */
  public MessageProperties(
      @Nullable String contentType,
      @Nullable String contentEncoding,
      @Nullable DeliveryMode deliveryMode,
      @Nullable Integer priority,
      @Nullable String correlationId,
      @Nullable String replyTo,
      @Nullable Duration expiration,
      @Nullable String messageId,
      @Nullable Instant timestamp,
      @Nullable String type,
      @Nullable String userId,
      @Nullable String appId,
      @Nullable String clusterId) {
    this(
        contentType,
        contentEncoding,
        deliveryMode,
        priority,
        correlationId,
        replyTo,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId,
        Map.of());
  }

  /** Properties without {@code clusterId}, which nobody needs. */
  public MessageProperties(
      @Nullable String contentType,
      @Nullable String contentEncoding,
      @Nullable DeliveryMode deliveryMode,
      @Nullable Integer priority,
      @Nullable String correlationId,
      @Nullable String replyTo,
      @Nullable Duration expiration,
      @Nullable String messageId,
      @Nullable Instant timestamp,
      @Nullable String type,
      @Nullable String userId,
      @Nullable String appId) {
    this(
        contentType,
        contentEncoding,
        deliveryMode,
        priority,
        correlationId,
        replyTo,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        null);
  }

  /** Starts with every property absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these properties. */
  public Builder toBuilder() {
    return builder()
        .contentType(contentType)
        .contentEncoding(contentEncoding)
        .deliveryMode(deliveryMode)
        .priority(priority)
        .correlationId(correlationId)
        .replyTo(replyTo)
        .expiration(expiration)
        .messageId(messageId)
        .timestamp(timestamp)
        .type(type)
        .userId(userId)
        .appId(appId)
        .clusterId(clusterId)
        .custom(custom);
  }

  /** Collects the properties of one message; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private @Nullable String contentType;
    private @Nullable String contentEncoding;
    private @Nullable DeliveryMode deliveryMode;
    private @Nullable Integer priority;
    private @Nullable String correlationId;
    private @Nullable String replyTo;
    private @Nullable Duration expiration;
    private @Nullable String messageId;
    private @Nullable Instant timestamp;
    private @Nullable String type;
    private @Nullable String userId;
    private @Nullable String appId;
    private @Nullable String clusterId;
    private final Map<String, @Nullable Object> custom = new LinkedHashMap<>();

    private Builder() {}

    public Builder contentType(@Nullable String contentType) {
      this.contentType = contentType;
      return this;
    }

    public Builder contentEncoding(@Nullable String contentEncoding) {
      this.contentEncoding = contentEncoding;
      return this;
    }

    public Builder deliveryMode(@Nullable DeliveryMode deliveryMode) {
      this.deliveryMode = deliveryMode;
      return this;
    }

    public Builder priority(@Nullable Integer priority) {
      this.priority = priority;
      return this;
    }

    public Builder correlationId(@Nullable String correlationId) {
      this.correlationId = correlationId;
      return this;
    }

    public Builder replyTo(@Nullable String replyTo) {
      this.replyTo = replyTo;
      return this;
    }

    public Builder expiration(@Nullable Duration expiration) {
      this.expiration = expiration;
      return this;
    }

    public Builder messageId(@Nullable String messageId) {
      this.messageId = messageId;
      return this;
    }

    public Builder timestamp(@Nullable Instant timestamp) {
      this.timestamp = timestamp;
      return this;
    }

    public Builder type(@Nullable String type) {
      this.type = type;
      return this;
    }

    public Builder userId(@Nullable String userId) {
      this.userId = userId;
      return this;
    }

    public Builder appId(@Nullable String appId) {
      this.appId = appId;
      return this;
    }

    public Builder clusterId(@Nullable String clusterId) {
      this.clusterId = clusterId;
      return this;
    }

    /** Adds properties of the application's own. */
    public Builder custom(Map<String, ? extends @Nullable Object> custom) {
      this.custom.putAll(custom);
      return this;
    }

    public MessageProperties build() {
      return new MessageProperties(
          contentType,
          contentEncoding,
          deliveryMode,
          priority,
          correlationId,
          replyTo,
          expiration,
          messageId,
          timestamp,
          type,
          userId,
          appId,
          clusterId,
          custom);
    }
  }
}
